import { expect, test } from "@jest/globals";
import { ApiError, NetworkError } from "../../../web/src/errors.ts";
import { withRetries } from "../../../web/src/retry.ts";

/** Fails with the errors in turn, then gives how often it was called; and what it waited. */
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
    wait: async (milliseconds: number) => void pauses.push(milliseconds),
  };
}

const away = (retryAfter?: number) => new ApiError(503, { code: "unavailable" }, retryAfter);

test("what had no answer is tried again, with growing pauses, until it has", async () => {
  const { attempt, wait, pauses } = failing(new NetworkError(), away(), new ApiError(502));
  expect(await withRetries(attempt, { attempts: 4, wait })).toBe(4);
  expect(pauses).toHaveLength(3);
  expect(pauses[0]).toBeLessThanOrEqual(500);
  expect(pauses[2]).toBeGreaterThan(500);
});

test("Retry-After is kept; one that is too long is the caller's to wait", async () => {
  const short = failing(away(3));
  await withRetries(short.attempt, { attempts: 2, wait: short.wait });
  expect(short.pauses).toEqual([3_000]);

  const long = failing(away(60));
  await expect(withRetries(long.attempt, { attempts: 2, wait: long.wait })).rejects.toMatchObject({ retryAfter: 60 });
  expect(long.pauses).toEqual([]);
});

test("an answer is an answer: any other problem is not tried again", async () => {
  for (const error of [new ApiError(400), new ApiError(401), new ApiError(409), new ApiError(429), new ApiError(500)]) {
    const { attempt, wait, pauses } = failing(error);
    await expect(withRetries(attempt, { attempts: 4, wait })).rejects.toBe(error);
    expect(pauses).toEqual([]);
  }
});

test("the last error is thrown when the tries, or the time for them, are used up", async () => {
  const errors = [new NetworkError("1"), new NetworkError("2"), new NetworkError("3")];
  const counted = failing(...errors);
  await expect(withRetries(counted.attempt, { attempts: 3, wait: counted.wait })).rejects.toBe(errors[2]);

  const timed = failing(...errors);
  await expect(withRetries(timed.attempt, { attempts: 3, within: 0, wait: timed.wait })).rejects.toBe(errors[0]);
});
