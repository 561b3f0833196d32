import { expect, test } from "@jest/globals";
import { OnDisconnect } from "../../../../rtdb-server/session/on-disconnect.ts";

const change = (path: string, json: unknown) => ({ path: path.split("/"), json });

test("writes are taken once, in the order in which they were asked for", () => {
  const asked = new OnDisconnect();
  asked.add([change("a", 1), change("b", 2)]);
  asked.add([change("c", 3)]);
  expect(asked.take()).toEqual([[change("a", 1), change("b", 2)], [change("c", 3)]]);
  expect(asked.take()).toEqual([]);
});

test("a later write at the same place or above replaces the earlier, also within an update", () => {
  const asked = new OnDisconnect();
  asked.add([change("a/x", 1), change("b", 2)]);
  asked.add([change("a", 3)]);
  asked.add([change("b", 4)]);
  expect(asked.take()).toEqual([[change("a", 3)], [change("b", 4)]]);
});

test("a cancel forgets what is at its place and below, and nothing beside or above", () => {
  const asked = new OnDisconnect();
  asked.add([change("a", 1)]);
  asked.add([change("a/x", 2), change("ax", 3)]);
  asked.cancel(["a", "x"]);
  expect(asked.take()).toEqual([[change("a", 1)], [change("ax", 3)]]);
});
