import { expect, test } from "@jest/globals";
import { canonicalize } from "../../../functions/src/content/canonicalize.ts";

test("spellings that a person takes for the same address are equal", () => {
  expect(canonicalize(" Ada@Example.COM ")).toBe("ada@example.com");
  expect(canonicalize("ｱda")).toBe(canonicalize("アda"));
  expect(canonicalize("ada")).not.toBe(canonicalize("adä"));
});
