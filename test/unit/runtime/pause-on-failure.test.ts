import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { createPauseOnFailure } from "../../../functions/src/runtime/pause-on-failure.ts";

const { promise: never } = Promise.withResolvers<never>();
const PAUSE_MS = 5_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A service whose calls are counted, behind a pause. */
function createService() {
  const service = { calls: 0, answer: never as Promise<string> };
  const run = createPauseOnFailure({ timeoutMs: 1_000, pauseMs: PAUSE_MS });
  const call = () =>
    run(() => {
      service.calls += 1;
      return service.answer;
    }).catch((error: Error) => error.name);
  const callMany = (count: number) => Promise.all(Array.from({ length: count }, call));
  return { service, call, callMany };
}

test("a silent service is called by those who come at once, then by nobody, then by one at a time until it answers", async () => {
  const { service, call, callMany } = createService();
  const first = callMany(40);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(new Set(await first)).toEqual(new Set(["Error"]));
  expect(service.calls).toBe(40);

  expect(new Set(await callMany(100))).toEqual(new Set(["Paused"]));
  await jest.advanceTimersByTimeAsync(PAUSE_MS);
  const tried = callMany(100);
  await jest.advanceTimersByTimeAsync(1_000);
  expect((await tried).filter((name) => name !== "Paused")).toEqual(["Error"]);
  expect(service.calls).toBe(41);

  await jest.advanceTimersByTimeAsync(PAUSE_MS);
  service.answer = Promise.resolve("an answer");
  expect(await call()).toBe("an answer");
  expect(new Set(await callMany(40))).toEqual(new Set(["an answer"]));
});
