import { ApiError, isOutcomeUnknown } from "../http/errors.ts";
import { backOffMs } from "../http/pause.ts";
import { type Comment, IDEMPOTENCY_KEY_HOURS } from "../wire.ts";
import type { OutboxItem } from "./item.ts";

/** An hour before the API forgets a key, a message under it is not sent again: it could be posted twice. */
const KEY_MS = (IDEMPOTENCY_KEY_HOURS - 1) * 3_600_000;
const LONGEST_PAUSE_MS = 60_000;
/** Beside the API's `Retry-After`, so that those who wait do not come back at one moment. */
const MAX_JITTER_MS = 1_000;

type Change = Partial<OutboxItem>;

/** Whether a message is too old to be tried again without the risk of a second comment. */
export function isExpired({ uncertainSince }: OutboxItem, now: number): boolean {
  return uncertainSince !== undefined && now - uncertainSince > KEY_MS;
}

export function afterSuccess(comment: Comment, isDeleted: boolean): Change {
  const state = isDeleted ? "deleted" : comment.held ? "held" : "sent";
  return {
    state,
    comment,
    answeredAt: Date.now(),
    reason: undefined,
    retryAt: undefined,
    problem: undefined,
    uncertainSince: undefined,
  };
}

/** What a failed try makes of a message. @param triedAt when the try began, in milliseconds since 1970 */
export function afterFailure(item: OutboxItem, error: unknown, triedAt: number): Change {
  const failures = item.failures + 1;
  const wait = (
    reason: OutboxItem["reason"],
    retryAt: number | undefined,
    uncertainSince: number | undefined,
  ): Change => ({
    state: "waiting",
    reason,
    retryAt,
    failures,
    uncertainSince,
    problem: undefined,
  });
  const now = Date.now();
  const pausedUntil = (seconds: number | undefined) =>
    now +
    Math.max(
      seconds === undefined ? 0 : seconds * 1_000 + Math.random() * MAX_JITTER_MS,
      backOffMs(failures, LONGEST_PAUSE_MS),
    );
  const uncertainSince = item.uncertainSince ?? triedAt;
  if (isOutcomeUnknown(error)) {
    const seconds = error instanceof ApiError ? error.retryAfter : undefined;
    return wait("unreachable", pausedUntil(seconds), uncertainSince);
  }
  if (!(error instanceof ApiError)) throw error;
  const { status, code, message, errors, retryAfter } = error;
  if (code === "idempotency_key_in_use") return wait("unreachable", pausedUntil(retryAfter), uncertainSince);
  // The API has not looked at the message: whether an earlier try was carried out is still not known.
  if (code === "unauthenticated") return wait("signed_out", undefined, item.uncertainSince);
  if (code === "rate_limited") return wait("rate_limited", pausedUntil(retryAfter), item.uncertainSince);
  if (code === "slow_mode") return wait("slow_mode", pausedUntil(retryAfter), undefined);
  // A site may give its tokens a moment after the page has begun, and they can be had again after an outage.
  if (code === "app_check_failed") return wait("unreachable", pausedUntil(retryAfter), item.uncertainSince);
  const problem = { status, code, message, errors };
  return { state: "failed", reason: "refused", retryAt: undefined, failures, problem, uncertainSince: undefined };
}
