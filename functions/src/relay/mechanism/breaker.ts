import CircuitBreaker from "opossum";
import type { Alerts } from "../../alerts/alerts.ts";
import { failureKind } from "./failure.ts";

/** Runs work towards the Realtime Database, or rejects at once while it is away. */
export type Breaker = CircuitBreaker<[work: () => Promise<void>], void>;

/**
 * The breaker of the inline relay. Videos and users share one: both write to the same Realtime Database, so what one finds out saves
 * the other's requests from waiting. Only `away` counts as a failure. An error of MySQL or of Firebase Auth, or one subject that is
 * refused, says nothing about the Realtime Database and must not turn off the inline relay of the other kind.
 *
 * It opens when more than half of the last runs failed, even if there was only one: a single video has one run at a time, and if the
 * Realtime Database is silent, that run takes the whole time-out. Then one run tries every 2 s.
 *
 * A library is right here, and not for the MySQL breaker (`database/connections/availability.ts`). What this one refuses costs a task, not
 * a 503. So it may open after counted failures, and a timer may fire late in an instance that gets no CPU.
 *
 * The first opening may be due to one lost packet. An alert is raised when a try fails too.
 * @param timeoutMs the time-out of a request to the Realtime Database
 */
export function createBreaker(alerts: Alerts, timeoutMs: number): Breaker {
  const breaker: Breaker = new CircuitBreaker((work: () => Promise<void>) => work(), {
    timeout: false,
    // A run counts from its start, so that one which timed out is in the window still.
    rollingCountTimeout: 2 * timeoutMs,
    volumeThreshold: 1,
    errorThresholdPercentage: 50,
    resetTimeout: 2_000,
    // What is filtered counts as a success, and one success closes a breaker that is trying. An error of MySQL is none.
    errorFilter(error: unknown) {
      const kind = failureKind(error);
      return kind !== "away" && !(kind === "other" && breaker.halfOpen);
    },
  });
  let failedTries = 0;
  let isAwayNow = false;
  breaker.on("failure", (error: unknown) => (isAwayNow = failureKind(error) === "away"));
  breaker.on("close", () => (failedTries = 0));
  breaker.on("open", () => {
    failedTries += 1;
    if (failedTries < 2 || !isAwayNow) return;
    const message = "the Realtime Database is away: the inline relay is off, changes wait for their tasks";
    alerts.raise("breaker", { message, fields: {} });
  });
  return breaker;
}
