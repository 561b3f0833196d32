import { expect, test } from "@jest/globals";
import type { OutboxItem } from "../../../../web/src/outbox/item.ts";
import {
  type Posted,
  acceptInto,
  areAll,
  comment,
  statesOf,
  useBrowsers,
} from "../../../support/client/outbox-browser.ts";
import { signedIn } from "../../../support/client/tabs.ts";
import { problem } from "../../../support/network/http-server.ts";
import { until } from "../../../support/until.ts";

const browserOf = useBrowsers();

const old: OutboxItem = {
  key: "old",
  videoId: "v",
  user: { id: "ada", username: "ada" },
  content: "from yesterday",
  composedAt: 1,
  state: "sending",
  failures: 3,
  uncertainSince: Date.now() - 24 * 3_600_000,
};

test("slow mode holds up its own video, and counts down; another video's messages go on", async () => {
  const accept = acceptInto(new Map());
  const { openPage, server } = await browserOf((request) =>
    request.path.startsWith("/videos/slow/") ? problem(429, "slow_mode", { "retry-after": "3600" }) : accept(request),
  );
  const outbox = openPage();
  const before = Date.now();
  for (const content of ["1", "2"]) await outbox.add("slow", content, "");
  await outbox.add("v", "Hello", "");
  await until("the other is sent", areAll(outbox, "sent", 1));
  const [first, second] = outbox.itemsOf("slow");
  expect(first).toMatchObject({ state: "waiting", reason: "slow_mode" });
  expect(first?.retryAt).toBeGreaterThanOrEqual(before + 3_600_000);
  expect(second).toMatchObject({ state: "waiting", failures: 0 });
  expect(server.received.filter(({ path }) => path.includes("slow"))).toHaveLength(1);
});

test("a rate limit holds up everything, and loses nothing", async () => {
  const posted: Posted = new Map();
  const accept = acceptInto(posted);
  let isLimited = true;
  const { openPage, server } = await browserOf((request) =>
    isLimited ? problem(429, "rate_limited", { "retry-after": "3600" }) : accept(request),
  );
  const outbox = openPage();
  for (const content of ["1", "2"]) await outbox.add("v", content, "");
  await until("limited", () => outbox.itemsOf("v")[0]?.reason === "rate_limited");
  expect(server.received).toHaveLength(1);
  isLimited = false;
  await outbox.retry(outbox.itemsOf("v")[0]!.key);
  await until("all sent", areAll(outbox, "sent", 2));
  expect([...posted.values()]).toEqual(["1", "2"]);
});

test("a message waits while the site gives no App Check token, and is sent by itself when it does", async () => {
  const posted: Posted = new Map();
  const accept = acceptInto(posted);
  let hasToken = false;
  const { openPage, server } = await browserOf((request) =>
    hasToken ? accept(request) : problem(403, "app_check_failed"),
  );
  const outbox = openPage();
  await outbox.add("v", "Hello", "");
  await until("it was tried", () => (outbox.itemsOf("v")[0]?.failures ?? 0) > 0);
  expect(outbox.itemsOf("v")[0]).toMatchObject({ state: "waiting", reason: "unreachable", content: "Hello" });
  // The API has not looked at it, so nothing is uncertain.
  expect(outbox.itemsOf("v")[0]?.uncertainSince).toBeUndefined();
  hasToken = true;
  await until("sent", areAll(outbox, "sent", 1));
  expect([...posted.values()]).toEqual(["Hello"]);
  expect(new Set(server.received.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
});

test("a refused message stays with its text and reason until it is retried or discarded, and holds up nothing", async () => {
  const accept = acceptInto(new Map());
  let refusals = 2;
  const { openPage } = await browserOf((request) => {
    const { content } = request.body as { content: string };
    return content.startsWith("bad") && (refusals -= 1) >= 0 ? problem(422, "content_refused") : accept(request);
  });
  const outbox = openPage();
  for (const content of ["bad 1", "bad 2", "good"]) await outbox.add("v", content, "");
  await until("the good one is sent", () => statesOf(outbox).join() === "bad 1 failed,bad 2 failed,good sent");
  const [first, second] = outbox.itemsOf("v");
  expect(first?.problem).toMatchObject({ code: "content_refused", status: 422 });
  await outbox.retry(first!.key);
  await outbox.discard(second!.key);
  await until("one sent, one gone", areAll(outbox, "sent", 2));
});

test("messages wait while their user is signed out, and are sent as nobody else", async () => {
  const posted: Posted = new Map();
  const accept = acceptInto(posted);
  let hasEnded = true;
  const { openPage, server, sessions } = await browserOf((request) => {
    if (request.path === "/sessions/refresh") return problem(401, "invalid_refresh_token");
    return hasEnded ? problem(401, "unauthenticated") : accept(request);
  });
  const outbox = openPage();
  await outbox.add("v", "from ada", "");
  await until("the session has ended", () => sessions.current === undefined);
  expect(outbox.itemsOf("v")).toEqual([]);
  hasEnded = false;
  sessions.start(signedIn("grace", 1));
  await outbox.add("v", "from grace", "");
  await until("grace's is sent", areAll(outbox, "sent", 1));
  expect([...posted.values()]).toEqual(["from grace"]);
  sessions.start(signedIn("ada", 2));
  await until("ada's is sent", () => statesOf(outbox).join() === "from ada sent");
  const authorizations = server.received.map(({ headers, body }) => [headers.get("authorization"), body]);
  expect(authorizations.at(-1)).toEqual(["Bearer access-ada-2", { content: "from ada" }]);
});

test("a message whose key the API may have forgotten is not sent again by itself, and gets another key if the user wants it", async () => {
  const posted: Posted = new Map();
  const { openPage, server, store } = await browserOf(acceptInto(posted));
  await store.add(old);
  const outbox = openPage();
  await until("expired", areAll(outbox, "failed", 1));
  expect(outbox.itemsOf("v")[0]).toMatchObject({ reason: "expired", content: "from yesterday" });
  expect(server.received).toHaveLength(0);
  await outbox.retry("old");
  await until("sent", areAll(outbox, "sent", 1));
  expect([...posted.keys()]).not.toContain("old");
});

test("an expired message that is retried is still there if the page ends meanwhile", async () => {
  const { openPage, store } = await browserOf(() => undefined);
  await store.add({ ...old, state: "failed", reason: "expired" });
  const outbox = openPage();
  await until("shown", areAll(outbox, "failed", 1));
  let isReached = false;
  store.add = async () => {
    isReached = true;
    return new Promise(() => {});
  };
  void outbox.retry("old");
  await until("the page ends", () => isReached);
  expect((await store.all()).map(({ content }) => content)).toEqual(["from yesterday"]);
});

test("what is among the comments leaves the outbox; a held message when it is approved", async () => {
  let posts = 0;
  const { openPage, store } = await browserOf(({ body }) => {
    const { content } = body as { content: string };
    posts += 1;
    const more = content === "held" ? { seq: 0, held: true as const } : { seq: 10 };
    return Response.json({ comment: comment(String(posts), content, more) }, { status: 201 });
  });
  const outbox = openPage();
  for (const content of ["shown", "held"]) await outbox.add("v", content, "");
  await until("both are answered", () => statesOf(outbox).join() === "shown sent,held held");
  await outbox.removeShown("v", 9, () => false);
  expect(await store.all()).toHaveLength(2);
  await outbox.removeShown("v", 10, () => false);
  expect((await store.all()).map(({ content }) => content)).toEqual(["held"]);
  await outbox.removeShown("v", 11, (id) => id === "2");
  expect(await store.all()).toEqual([]);
});

test("the outbox has a bound, and says that it is full", async () => {
  const { openPage } = await browserOf(() => undefined);
  const outbox = openPage();
  for (let n = 0; n < 100; n += 1) await outbox.add("v", `message ${n}`, "");
  await expect(outbox.add("v", "one too many", "")).rejects.toMatchObject({ name: "OutboxFullError" });
  expect(outbox.itemsOf("v")).toHaveLength(100);
});
