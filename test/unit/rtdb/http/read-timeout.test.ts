import { expect, test } from "@jest/globals";
import { ReadTimeout } from "../../../../rtdb-server/http/rest/parameters.ts";

function timeoutAt(timeout: string | null): { checkAt: (ms: number) => () => void } {
  let now = 5000;
  const parameters = new URLSearchParams(timeout === null ? {} : { timeout });
  const readTimeout = new ReadTimeout(parameters, () => now);
  return {
    checkAt: (ms) => () => {
      now = 5000 + ms;
      readTimeout.check();
    },
  };
}

test.each([
  ["3ms", 3],
  ["3s", 3000],
  ["3min", 180_000],
  [null, 900_000],
])("a read with timeout=%s may take %d ms, and is refused after that", (timeout, ms) => {
  const { checkAt } = timeoutAt(timeout);
  expect(checkAt(ms)).not.toThrow();
  expect(checkAt(ms + 1)).toThrow("longer than its timeout");
});
