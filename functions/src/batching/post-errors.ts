import { isLockTimeout } from "../database/mysql-errors.ts";
import { ProblemError } from "../errors.ts";

/** The video's settings or bans changed after the rules were checked. Nothing was written. */
export class SettingsOrBansChanged extends Error {}

/**
 * Runs the claim of an Idempotency-Key. A lock timeout means that another request with the key is still running.
 * @throws ProblemError `idempotency_key_in_use`
 */
export async function keyInUseOnTimeout(claim: () => Promise<unknown>): Promise<void> {
  try {
    await claim();
  } catch (error) {
    throw isLockTimeout(error) ? keyInUse(error) : error;
  }
}

export function keyInUse(cause: unknown): ProblemError {
  return new ProblemError("idempotency_key_in_use", { retryAfter: 1, cause });
}
