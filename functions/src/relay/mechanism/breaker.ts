import CircuitBreaker from "opossum";
import type { Alerts } from "../../alerts/alerts.ts";
import { failureKind } from "./failure.ts";

/** Sends requests to the Realtime Database, or rejects at once while it is away. */
export type Breaker = CircuitBreaker<[requests: () => Promise<unknown>]>;

/** Runs requests to the Realtime Database, and nothing else: what fails or succeeds there says whether it is away. */
export type RealtimeGuard = <T>(requests: () => Promise<T>) => Promise<T>;

/** For tasks, sweeps and the comparison: they have to try, whatever others met. */
export const unguarded: RealtimeGuard = (requests) => requests();

/** For the inline relay. @throws an error of the breaker's own (`CircuitBreaker.isOurError`) while it is open */
export function createRealtimeGuard(breaker: Breaker): RealtimeGuard {
  async function guarded<T>(requests: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    await breaker.fire(async () => resolve(await requests()));
    return promise;
  }
  return guarded;
}

/** Whether the breaker would let a request through now: it is closed, or its next try is due. */
export function canTry(breaker: Breaker): boolean {
  return breaker.closed || breaker.pendingClose;
}

/**
 * The breaker of the inline relay. Videos and users share one: both write to the same Realtime Database, so what one finds out saves
 * the other's requests from waiting. Only requests to the Realtime Database go through it, and only `away` counts as a failure. MySQL and
 * Firebase Auth are asked outside, so they neither open it nor close it.
 *
 * It opens when more than half of the last writes failed, even if there was only one: a single video has one inline run at a time, and if the
 * Realtime Database is silent, it takes two time-outs: of its update, and of the read that finds out what became of it. Then one is tried,
 * 2 s after the last has failed.
 *
 * A library is right here, and not for the MySQL breaker (`database/connections/availability.ts`). What this one refuses costs a task, not
 * a 503. So it may open after counted failures, and a timer may fire late in an instance that gets no CPU.
 *
 * The first opening may be due to one lost packet. An alert is raised when a try fails too.
 * @param timeoutMs the time-out of a request to the Realtime Database
 */
export function createBreaker(alerts: Alerts, timeoutMs: number): Breaker {
  const breaker: Breaker = new CircuitBreaker((requests: () => Promise<unknown>) => requests(), {
    timeout: false,
    // A run counts from its start, which must be in the window still when it fails after two time-outs. A longer window would hold on to
    // the successes before an outage, and so open later where many wrote.
    rollingCountTimeout: 3 * timeoutMs,
    volumeThreshold: 1,
    errorThresholdPercentage: 50,
    resetTimeout: 2_000,
    // What is filtered counts as a success: the Realtime Database has answered.
    errorFilter: (error: unknown) => failureKind(error) !== "away",
  });
  let failedTries = 0;
  breaker.on("close", () => (failedTries = 0));
  breaker.on("open", () => {
    failedTries += 1;
    if (failedTries < 2) return;
    const message = "the Realtime Database is away: the inline relay is off, changes wait for their tasks";
    alerts.raise("breaker", { message, fields: {} });
  });
  return breaker;
}
