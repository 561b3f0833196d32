import { PROBLEMS } from "../../../functions/src/contract/problems.ts";
import { expect, test } from "@jest/globals";
import { PROBLEM_CODES } from "../../../web/src/wire.ts";

test("the client knows every problem that the API can answer, and no other", () => {
  expect(PROBLEM_CODES.toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
});
