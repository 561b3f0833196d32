import { expect, test } from "@jest/globals";
import { ApiError, NetworkError } from "../../../web/src/http/errors.ts";
import { withRetries } from "../../../web/src/http/retry.ts";

/** An attempt that throws the errors in turn, then returns how often it was called; and the pauses between. */
function failing(...errors: Error[]) {
  let calls = 0;
  const pauses: number[] = [];
  return {
    pauses,
    attempt: async () => {
      const error = errors[calls++];
      if (error) throw error;
      return calls;
    },
    wait: async (ms: number) => void pauses.push(ms),
  };
}

const unavailable = (retryAfter?: number) => new ApiError(503, { code: "unavailable" }, retryAfter);

test("an attempt without a response is repeated, with growing pauses, until there is one", async () => {
  const { attempt, wait, pauses } = failing(new NetworkError(), unavailable(), new ApiError(502));
  expect(await withRetries(attempt, { attempts: 4, wait })).toBe(4);
  expect(pauses).toHaveLength(3);
  expect(pauses[0]).toBeLessThanOrEqual(500);
  expect(pauses[2]).toBeGreaterThan(500);
});

test("Retry-After is respected; if it is too long, the caller gets the error at once", async () => {
  const short = failing(unavailable(3));
  await withRetries(short.attempt, { attempts: 2, wait: short.wait });
  expect(short.pauses).toEqual([3_000]);

  const long = failing(unavailable(60));
  await expect(withRetries(long.attempt, { attempts: 2, wait: long.wait })).rejects.toMatchObject({ retryAfter: 60 });
  expect(long.pauses).toEqual([]);
});

test("any other problem is thrown at once", async () => {
  for (const error of [new ApiError(400), new ApiError(401), new ApiError(409), new ApiError(429), new ApiError(500)]) {
    const { attempt, wait, pauses } = failing(error);
    await expect(withRetries(attempt, { attempts: 4, wait })).rejects.toBe(error);
    expect(pauses).toEqual([]);
  }
});

test("the last error is thrown when the attempts or the time are used up", async () => {
  const errors = [new NetworkError("1"), new NetworkError("2"), new NetworkError("3")];
  const counted = failing(...errors);
  await expect(withRetries(counted.attempt, { attempts: 3, wait: counted.wait })).rejects.toBe(errors[2]);

  const timed = failing(...errors);
  await expect(withRetries(timed.attempt, { attempts: 3, withinMs: 0, wait: timed.wait })).rejects.toBe(errors[0]);
});
