import { createHash } from "node:crypto";
import type { App } from "firebase-admin/app";
import { LRUCache } from "lru-cache";
import { ProblemError } from "../errors.ts";
import { createPauseOnFailure } from "../runtime/pause-on-failure.ts";

/** What a request's App Check token was. */
type AppCheckOutcome = "valid" | "missing" | "invalid" | "unavailable";

export interface AppCheck {
  /**
   * Checks the App Check token of a request. Where tokens are only observed, it returns at once and never throws.
   * @throws ProblemError `app_check_failed` without a valid token; `unavailable` while Google's keys cannot be fetched
   */
  check(token: string | undefined): Promise<void>;
}

interface AppCheckOptions {
  /** Whether requests are only counted, and none is refused. */
  isObserved: boolean;
  onOutcome: (outcome: AppCheckOutcome) => void;
  clock: () => Date;
  timeoutMs?: number;
}

/** Only the first request of an instance, and one in six hours, fetches keys. */
const TIMEOUT_MS = 3_000;
/** How long no keys are asked for after a failure. */
const RESET_MS = 5_000;
/** Valid tokens that an instance remembers. A browser sends one token for an hour. */
const MAX_TOKENS = 10_000;

/**
 * Verifies App Check tokens with firebase-admin, which fetches Google's keys and keeps them for six hours. It starts a fetch for each request
 * while it has none, so nobody asks for a while after a failure: then there are no keys for anybody. A token that was found valid is valid
 * until it expires, so a client that has one is served while the keys are away.
 * @see https://firebase.google.com/docs/app-check/custom-resource-backend
 */
export function createAppCheck(app: App, options: AppCheckOptions): AppCheck {
  const { isObserved, onOutcome, clock, timeoutMs = TIMEOUT_MS } = options;
  const validUntil = new LRUCache<string, number>({ max: MAX_TOKENS });

  const verify = createPauseOnFailure({ timeoutMs, pauseMs: RESET_MS, judge: judgeKeys });

  async function judge(token: string | undefined): Promise<{ outcome: AppCheckOutcome; cause?: unknown }> {
    if (token === undefined) return { outcome: "missing" };
    const id = createHash("sha256").update(token).digest("base64");
    if ((validUntil.get(id) ?? 0) > clock().getTime()) return { outcome: "valid" };
    try {
      // Loaded late: most deployments have no App Check.
      const { getAppCheck } = await import("firebase-admin/app-check");
      const { token: claims } = await verify(() => getAppCheck(app).verifyToken(token));
      validUntil.set(id, claims.exp * 1000);
      return { outcome: "valid" };
    } catch (cause) {
      return { outcome: isRefusal(cause) ? "invalid" : "unavailable", cause };
    }
  }

  return {
    async check(token) {
      const judged = judge(token).then((found) => {
        onOutcome(found.outcome);
        return found;
      });
      if (isObserved) return;
      const { outcome, cause } = await judged;
      if (outcome === "valid") return;
      if (outcome === "unavailable") throw keysAway(cause);
      throw new ProblemError("app_check_failed", { cause });
    },
  };
}

function keysAway(cause: unknown): ProblemError {
  const detail = "App Check tokens cannot be verified now. Nothing was done; it is safe to repeat.";
  return new ProblemError("unavailable", { detail, retryAfter: RESET_MS / 1000, cause });
}

/** What firebase-admin's verifier finds wrong with a signature. Every other cause means that it could not look. */
const WRONG_SIGNATURE = new Set(["token-expired", "invalid-token", "no-matching-kid-error", "invalid-argument"]);

/** Whether a token was verified and is not valid. The code alone does not tell: an outage of the keys has `invalid-argument` too. */
function isRefusal(error: unknown): boolean {
  const isFromVerifier = error instanceof Error && codeOf(error)?.startsWith("app-check/");
  if (!isFromVerifier) return false;
  return error.cause === undefined || WRONG_SIGNATURE.has(codeOf(error.cause) ?? "");
}

/** What the outcome says of Google's keys. A token that is malformed, or not for this project, is refused before they are looked at. */
function judgeKeys(error: unknown): "away" | "answers" | "neither" {
  if (!isRefusal(error)) return "away";
  return error instanceof Error && error.cause !== undefined ? "answers" : "neither";
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
