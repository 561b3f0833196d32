import { expect, test } from "@jest/globals";
import { hashOf } from "../../../../rtdb-server/tree/hash.ts";
import { withNodeAt } from "../../../../rtdb-server/tree/node.ts";
import { treeOf } from "../../../support/rtdb/tree.ts";

const hash = (json: unknown): string => hashOf(treeOf(json));

// The values are from the SDK's own tests.
test.each([
  [null, ""],
  [4, "eVih19a6ZDz3NL32uVBtg9KSgQY="],
  [4.5623, "vf1CL0tIRwXXunHcG/irRECk3lY="],
  ["hey guys", "CUNLXWpCVoJE6z7z1vE57lGaKAU="],
  [true, "E5z61QM0lN/U2WsOnusszCTkR8M="],
  [{ intNode: 4, doubleNode: 4.5623, stringNode: "hey guys", boolNode: true }, "6Mc4jFmNdrLVIlJJjz2/MakTK9I="],
  [{ root: { c: { ".value": 99, ".priority": "abc" }, ".priority": "def" } }, "Fm6tzN4CVEu5WxFDZUdTtqbTVaA="],
])("the hash of %j is the one that the SDK computes", (json, expected) => {
  expect(hash(json)).toBe(expected);
});

test("an array has the hash of an object with the keys 0, 1, …", () => {
  expect(hash(["a", null, "c"])).toBe(hash({ 0: "a", 2: "c" }));
});

test("a change below a node with a cached hash gives another hash", () => {
  const before = treeOf({ a: { b: 1 }, c: 2 });
  expect(hashOf(before)).toBe(hash({ a: { b: 1 }, c: 2 }));
  const after = withNodeAt(before, ["a", "b"], treeOf(3));
  expect(hashOf(after)).toBe(hash({ a: { b: 3 }, c: 2 }));
});
