import CircuitBreaker from "opossum";
import { type RealtimeErrorKind, RealtimeError } from "../../realtime/errors.ts";
import type { RelayContext } from "./context.ts";
import type { SubjectKind } from "./subject.ts";

/** The kind as which a failure is counted. */
export function failureKind(error: unknown): RealtimeErrorKind | "other" {
  if (error instanceof RealtimeError) return error.kind;
  // An open breaker runs nothing: the Realtime Database was away moments ago.
  return error instanceof Error && CircuitBreaker.isOurError(error) ? "away" : "other";
}

interface Failure {
  operation: "task" | "sweep" | "reconcile";
  id: string;
  error: unknown;
  message: string;
}

/** Counts and logs that a subject could not be relayed, and alerts where a later try will not help. */
export function reportFailure(
  { subjects, log, metrics, alerts }: RelayContext<SubjectKind>,
  { operation, id, error, message }: Failure,
): void {
  const kind = failureKind(error);
  const fields = { subject: subjects.name, [subjects.idField]: id };
  metrics.failures.add(1, { operation, kind, subject: subjects.name });
  log.warn(message, fields, error);
  if (kind !== "refused" && kind !== "invalid") return;
  alerts.raise("refused", { key: subjects.name, message: "the Realtime Database refuses the relay", fields });
}
