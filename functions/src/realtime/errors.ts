/**
 * Why the Realtime Database did not do what was asked.
 * - `away`: no answer, or one that promises nothing (5xx, 429, time-out). The outcome of a write is unknown; try again later.
 * - `refused`: the rules said no. For a fenced write: somebody else moved the fence, or the rules are not ours.
 * - `invalid`: this data will never be taken (bad key, too large).
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
