import { expect, test } from "@jest/globals";
import { PROBLEMS } from "../../../functions/src/errors.ts";
import { PROBLEM_CODES } from "../../../web/src/wire.ts";

test("the client knows every problem that the API can answer, and no other", () => {
  expect(PROBLEM_CODES.toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
});
