import { expect, test } from "@jest/globals";
import { type Posted, acceptInto, areAll, comment, useBrowsers } from "../../../support/client/outbox-browser.ts";
import { problem } from "../../../support/network/http-server.ts";
import { until } from "../../../support/until.ts";

const browserOf = useBrowsers();

test("messages are sent once each and in their order, also two with the same text", async () => {
  const posted: Posted = new Map();
  const { openPage, server } = await browserOf(acceptInto(posted));
  const outbox = openPage();
  for (const content of ["lol", "second", "lol"]) await outbox.add("v", content, "");
  await until("all sent", areAll(outbox, "sent", 3));
  expect([...posted.values()]).toEqual(["lol", "second", "lol"]);
  expect(server.received).toHaveLength(3);
});

test.each([
  ["Web Locks", { locks: navigator.locks }],
  ["a lease, on plain http", { locks: undefined }],
])("with %s, two tabs send each message once, and both see what became of it", async (_, locking) => {
  const posted: Posted = new Map();
  const { openPage, server } = await browserOf(acceptInto(posted), locking);
  const [here, there] = [openPage(), openPage()];
  await Promise.all(["1", "2", "3"].map((content) => here.add("v", content, "")));
  await Promise.all(["4", "5", "6"].map((content) => there.add("v", content, "")));
  await until("all sent, here", areAll(here, "sent", 6));
  await until("all sent, there", areAll(there, "sent", 6));
  expect(server.received).toHaveLength(6);
});

test("a message whose response was lost is sent again under its key, and posted once", async () => {
  const posted: Posted = new Map();
  const accept = acceptInto(posted);
  let losses = 1;
  const { openPage, server } = await browserOf(async (request) => {
    if (request.method === "GET") return Response.json({ comment: comment("0", "Hello") });
    const response = await accept(request);
    return (losses -= 1) < 0 ? response : undefined;
  });
  const outbox = openPage();
  await outbox.add("v", "Hello", "");
  await until("it waits for the network", () => outbox.itemsOf("v")[0]?.reason === "unreachable");
  outbox.wake(true);
  await until("sent", areAll(outbox, "sent", 1));
  expect(posted.size).toBe(1);
  expect(server.received.filter(({ method }) => method === "POST")).toHaveLength(2);
});

test("a message that was posted by an earlier try and deleted since says so", async () => {
  const accept = acceptInto(new Map());
  let losses = 1;
  const { openPage } = await browserOf(async (request) => {
    if (request.method === "GET") return problem(404, "not_found");
    const response = await accept(request);
    return (losses -= 1) < 0 ? response : undefined;
  });
  const outbox = openPage();
  await outbox.add("v", "Hello", "");
  await until("it waits for the network", () => outbox.itemsOf("v")[0]?.reason === "unreachable");
  outbox.wake(true);
  await until("deleted", areAll(outbox, "deleted", 1));
});

test("a message that a killed page left is sent by the next one", async () => {
  const posted: Posted = new Map();
  const accept = acceptInto(posted);
  let isDown = true;
  const { openPage, server } = await browserOf((request) =>
    request.method === "GET" ? Response.json({ comment: comment("0", "Hello") }) : isDown ? undefined : accept(request),
  );
  const killed = openPage();
  await killed.add("v", "Hello", "");
  await until("one try", () => server.received.length > 0);
  await killed.close();
  isDown = false;
  const next = openPage();
  next.wake(true);
  await until("sent", areAll(next, "sent", 1));
  expect([...posted.values()]).toEqual(["Hello"]);
});

test("a page that wakes up shows what other tabs did while it heard nothing, also if nothing is to be sent", async () => {
  const { openPage, store } = await browserOf(acceptInto(new Map()));
  const outbox = openPage();
  await outbox.add("v", "Hello", "");
  await until("sent", areAll(outbox, "sent", 1));
  const [item] = await store.all();
  // As another tab does whose message does not arrive: in the back-forward cache, none does.
  await store.remove(item!.key);
  expect(outbox.itemsOf("v")).toHaveLength(1);
  outbox.wake(true);
  await until("gone", areAll(outbox, "sent", 0));
});
