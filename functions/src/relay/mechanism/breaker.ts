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
 * It opens when half of the runs failed, of 3 or more in 10 s, and then lets one run try every 5 s. Two runs at once that time out
 * after 5 s are 4 in 10 s.
 */
export function createBreaker(alerts: Alerts): Breaker {
  const breaker: Breaker = new CircuitBreaker((work: () => Promise<void>) => work(), {
    timeout: false,
    volumeThreshold: 3,
    errorThresholdPercentage: 50,
    resetTimeout: 5_000,
    errorFilter: (error: unknown) => failureKind(error) !== "away",
  });
  breaker.on("open", () => {
    const message = "the Realtime Database is away: the inline relay is off, changes wait for their tasks";
    alerts.raise("breaker", { message, fields: {} });
  });
  return breaker;
}
