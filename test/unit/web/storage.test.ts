import { expect, test } from "@jest/globals";
import { loadOnce } from "../../../web/src/load-once.ts";
import { Drafts } from "../../../web/src/session/drafts.ts";
import { randomId } from "../../../web/src/session/random-id.ts";
import { SessionStore } from "../../../web/src/session/session-store.ts";
import { SafeStorage } from "../../../web/src/session/storage.ts";
import { StreamedChanges } from "../../../web/src/live/streamed-changes.ts";
import { signedIn, Tabs } from "../../support/client/tabs.ts";

const refuse = (): never => {
  throw new Error("QuotaExceededError");
};

test.each([
  ["blocked", undefined],
  ["full", { getItem: () => null, setItem: refuse, removeItem: () => {} }],
  ["broken", { getItem: refuse, setItem: refuse, removeItem: refuse }],
])("where the browser's storage is %s, a session and a draft last as long as the page", (_, storage) => {
  const sessions = new SessionStore(storage, new EventTarget());
  const { deviceId } = sessions;
  sessions.start(signedIn("ada", 1));
  new Drafts(sessions).write("v", "half a thought");
  expect(sessions.current?.user.id).toBe("ada");
  expect(sessions.deviceId).toBe(deviceId);
  expect(new Drafts(sessions).read("v")).toBe("half a thought");
  sessions.end();
  expect(sessions.current).toBeUndefined();
});

test("what another tab wrote is newer than what this tab could not write", () => {
  const values = new Map<string, string>();
  let isFull = true;
  const storage = new SafeStorage({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => (isFull ? refuse() : void values.set(key, value)),
    removeItem: (key) => void values.delete(key),
  });
  storage.setItem("a", "mine");
  expect(storage.getItem("a")).toBe("mine");
  isFull = false;
  values.set("a", "theirs");
  storage.forget("a");
  expect(storage.getItem("a")).toBe("theirs");
});

test("a draft is shown to its author alone, and the last 20 are kept", () => {
  const sessions = new Tabs().open();
  const drafts = new Drafts(sessions);
  sessions.start(signedIn("ada", 1));
  for (let n = 0; n < 30; n += 1) drafts.write(`v${n}`, `draft ${n}`);
  expect([drafts.read("v29"), drafts.read("v10"), drafts.read("v9")]).toEqual(["draft 29", "draft 10", ""]);
  sessions.start(signedIn("grace", 1));
  expect(drafts.read("v29")).toBe("");
});

test("ids are UUIDs without `crypto.randomUUID`, which plain http has not", () => {
  expect(randomId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(Array.from({ length: 1_000 }, randomId)).size).toBe(1_000);
});

test("the events of a stream put together are the changes: whole, one by one, in part and removed", () => {
  const stream = new StreamedChanges();
  stream.apply("put", { path: "/", data: { "0000000000000001": { id: "a" }, "0000000000000003": { id: "b" } } });
  expect([...stream.changes]).toEqual([
    [1, { id: "a" }],
    [3, { id: "b" }],
  ]);
  stream.apply("patch", { path: "/", data: { "0000000000000002": { id: "c" }, "0000000000000001": null } });
  stream.apply("put", { path: "/0000000000000003/content", data: "new" });
  expect([...stream.changes]).toEqual([
    [2, { id: "c" }],
    [3, { id: "b", content: "new" }],
  ]);
  stream.apply("put", { path: "/", data: null });
  expect(stream.changes.size).toBe(0);
});

test("code is loaded once, and again only where it could not be had", async () => {
  let isOffline = true;
  let loads = 0;
  const load = loadOnce(async () => {
    loads += 1;
    if (isOffline) throw new TypeError("Failed to fetch dynamically imported module");
    return loads;
  });
  await expect(Promise.all([load(), load()])).rejects.toThrow(TypeError);
  isOffline = false;
  expect([await load(), await load()]).toEqual([2, 2]);
});
