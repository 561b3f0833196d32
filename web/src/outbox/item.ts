import type { Comment, FieldError, ProblemCode } from "../wire.ts";

/** Why it waits. */
export type WaitReason = "unreachable" | "rate_limited" | "slow_mode" | "signed_out";
/** `refused`: by the API (`problem`). `expired`: it may have been posted, and it is too late to find out by trying again. */
export type FailReason = "refused" | "expired";

/** A message that somebody has composed here. */
export interface OutboxItem {
  /** The `Idempotency-Key`: made when the message is composed, the same with every try. */
  key: string;
  videoId: string;
  user: { id: string; username: string };
  content: string;
  /** Milliseconds since 1970. Messages are sent in this order. */
  composedAt: number;
  /**
   * - `waiting`: it will be sent; `reason` and `retryAt` tell what it waits for.
   * - `sending`: a request is under way.
   * - `failed`: it was refused, or has expired (`reason`). It stays until it is retried or discarded.
   * - `sent`: posted, and not among the comments yet.
   * - `held`: posted, and waiting for a moderator.
   * - `deleted`: posted by an earlier try, and deleted since.
   */
  state: "waiting" | "sending" | "failed" | "sent" | "held" | "deleted";
  reason?: WaitReason | FailReason | undefined;
  /** Milliseconds since 1970: not sent before. */
  retryAt?: number | undefined;
  problem?: { status: number; code: ProblemCode | undefined; message: string; errors: FieldError[] } | undefined;
  comment?: Comment | undefined;
  /** Milliseconds since 1970: when the API accepted it. */
  answeredAt?: number | undefined;
  /** Failed tries in a row. */
  failures: number;
  /** Milliseconds since 1970: the first try of which it is not known whether it was carried out. */
  uncertainSince?: number | undefined;
  /** The newest comment that was there when it was composed: it is none of the comments up to there. Undefined: not known. */
  afterId?: string | undefined;
}
