import { ApiError, NetworkError, type OutboxItem, OutboxFullError } from "../../src/index.ts";
import type { Texts } from "../texts/en-signed-in.ts";

/** The text that tells the reader about an error. */
export function messageOf(error: unknown, texts: Texts): string {
  if (error instanceof OutboxFullError) return texts.outboxFull;
  if (error instanceof NetworkError) return texts.unreachable;
  if (!(error instanceof ApiError)) return texts.unknownError(error instanceof Error ? error.name : "unknown");
  const { code, status, errors } = error;
  if (code === undefined || !Object.hasOwn(texts.problems, code)) return texts.unknownError(String(code ?? status));
  if (code !== "invalid_request") return texts.problems[code];
  const fields: Record<string, string> = texts.fields;
  const details = errors.map(({ pointer, detail }) => `${fields[pointer] ?? pointer}: ${detail}.`);
  return details.length > 0 ? details.join(" ") : texts.problems.invalid_request;
}

/** What becomes of a message that is not among the comments. */
export function statusOf({ state, reason, retryAt, problem }: OutboxItem, texts: Texts, now: number): string {
  const seconds = Math.max(0, Math.ceil(((retryAt ?? 0) - now) / 1_000));
  switch (state) {
    case "waiting":
      if (reason === "slow_mode") return texts.slowModeWait(seconds);
      if (reason === "rate_limited") return texts.rateWait(seconds);
      if (reason === "unreachable" || !navigator.onLine) return texts.waitingForNetwork;
      return reason === "signed_out" ? texts.waitingForSignIn : texts.sending;
    case "sending":
    case "sent":
      return texts.sending;
    case "held":
      return texts.heldStatus;
    case "deleted":
      return texts.deletedStatus;
    case "failed":
    default: {
      if (reason === "expired") return `${texts.notSent} ${texts.expiredStatus}`;
      const code = problem?.code;
      const why = code && Object.hasOwn(texts.problems, code) ? texts.problems[code] : (problem?.message ?? "");
      return `${texts.notSent} ${why}`;
    }
  }
}
