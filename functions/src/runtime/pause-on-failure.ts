import { within } from "./within.ts";

interface PauseOptions {
  timeoutMs: number;
  pauseMs: number;
  /** What an error says of the service: that it is away, that it answers, or neither. */
  judge?: (error: unknown) => "away" | "answers" | "neither";
}

/** Nothing was done, because the service was away a moment ago. */
export class Paused extends Error {
  override name = "Paused";
}

/**
 * Stands before a service that others wait for. After a failure nobody calls it for `pauseMs`, and then one at a time, until a call has an
 * answer. So a service that is silent costs the requests of one time-out, and then one request in each pause.
 * @throws Paused at once while it is paused; the work's error; Error if there is no answer within `timeoutMs`, and the work goes on then
 */
export function createPauseOnFailure(options: PauseOptions): <T>(work: () => Promise<T>) => Promise<T> {
  const { timeoutMs, pauseMs, judge = () => "away" } = options;
  let isAway = false;
  let pausedUntil = 0;
  let isTrying = false;

  return async (work) => {
    if (isAway && (isTrying || performance.now() < pausedUntil)) throw new Paused("it was away a moment ago");
    const isTry = isAway;
    if (isTry) isTrying = true;
    try {
      const result = await within(timeoutMs, work());
      isAway = false;
      return result;
    } catch (error) {
      const verdict = judge(error);
      if (verdict === "away") pausedUntil = performance.now() + pauseMs;
      if (verdict !== "neither") isAway = verdict === "away";
      throw error;
    } finally {
      if (isTry) isTrying = false;
    }
  };
}
