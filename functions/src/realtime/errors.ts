/**
 * Why a request to the Realtime Database failed.
 * - `away`: no response, or one that promises nothing (5xx, 429, time-out). The outcome of a write is unknown. Try again later.
 * - `refused`: the rules said no. A fenced write met a fence that somebody else moved, or the rules are not ours.
 * - `invalid`: this data will never be accepted (bad key, too large).
 */
export type RealtimeErrorKind = "away" | "refused" | "invalid";

export class RealtimeError extends Error {
  override name = "RealtimeError";
  readonly kind: RealtimeErrorKind;

  constructor(kind: RealtimeErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
