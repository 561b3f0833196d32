import { expect, test } from "@jest/globals";
import { canonical } from "../../../functions/src/content/canonical.ts";

test("spellings that a person takes for one address are one", () => {
  expect(canonical(" Ada@Example.COM ")).toBe("ada@example.com");
  expect(canonical("ｱda")).toBe(canonical("アda"));
  expect(canonical("ada")).not.toBe(canonical("adä"));
});
