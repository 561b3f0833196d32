import type { Identity } from "../rules/identity.ts";

/** The longest delay of a timer: 24 days. Node runs longer ones at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Runs the work when the identity's token expires. Never within the call, and never if it does not expire.
 * @returns a function that cancels it
 */
export function whenExpired(identity: Identity, work: () => void): () => void {
  if (identity.admin || identity.expiresAt === undefined) return () => {};
  const { expiresAt } = identity;
  const delay = (): number => Math.min(Math.max(expiresAt - Date.now(), 0), MAX_DELAY_MS);
  const wake = (): void => {
    if (Date.now() >= expiresAt) work();
    else timer = setTimeout(wake, delay());
  };
  let timer = setTimeout(wake, delay());
  return () => clearTimeout(timer);
}
