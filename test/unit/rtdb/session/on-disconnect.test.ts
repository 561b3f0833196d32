import { expect, test } from "@jest/globals";
import { MAX_ON_DISCONNECT_CHANGES, MAX_ON_DISCONNECT_LENGTH } from "../../../../rtdb-server/limits.ts";
import { OnDisconnectWrites } from "../../../../rtdb-server/session/on-disconnect.ts";

const change = (path: string, json: unknown) => ({ path: path.split("/"), json });

test("writes are taken once, in the order of their registration", () => {
  const writes = new OnDisconnectWrites();
  writes.add([change("a", 1), change("b", 2)]);
  writes.add([change("c", 3)]);
  expect(writes.take()).toEqual([[change("a", 1), change("b", 2)], [change("c", 3)]]);
  expect(writes.take()).toEqual([]);
});

test("a later write replaces earlier ones at its location and below it, also parts of an update", () => {
  const writes = new OnDisconnectWrites();
  writes.add([change("a/x", 1), change("b", 2)]);
  writes.add([change("a", 3)]);
  writes.add([change("b", 4)]);
  expect(writes.take()).toEqual([[change("a", 3)], [change("b", 4)]]);
});

test("a cancel removes what is at its location and below, and nothing else", () => {
  const writes = new OnDisconnectWrites();
  writes.add([change("a", 1)]);
  writes.add([change("a/x", 2), change("ax", 3)]);
  writes.cancel(["a", "x"]);
  expect(writes.take()).toEqual([[change("a", 1)], [change("ax", 3)]]);
});

test("the number of locations is limited; a write beyond it changes nothing, and replacing one still works", () => {
  const writes = new OnDisconnectWrites();
  for (let i = 0; i < MAX_ON_DISCONNECT_CHANGES; i += 1) writes.add([change(`a${i}`, i)]);
  expect(() => writes.add([change("one-too-many", 1)])).toThrow(expect.objectContaining({ status: "limit_exceeded" }));
  writes.add([change("a0", "replaced")]);
  const taken = writes.take();
  expect(taken).toHaveLength(MAX_ON_DISCONNECT_CHANGES);
  expect(taken.at(-1)).toEqual([change("a0", "replaced")]);
});

test("the size of all writes is limited", () => {
  const writes = new OnDisconnectWrites();
  const quarter = "x".repeat(MAX_ON_DISCONNECT_LENGTH / 4);
  for (const path of ["a", "b", "c"]) writes.add([change(path, quarter)]);
  expect(() => writes.add([change("d", quarter)])).toThrow(expect.objectContaining({ status: "limit_exceeded" }));
  expect(writes.take()).toHaveLength(3);
});
