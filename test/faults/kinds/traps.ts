import type { HeldRequest, Proxy } from "../system/proxy.ts";
import { within } from "./timing.ts";

/** A commit: as Kysely sends it, or in the one round trip of a group of posts. */
export const COMMIT = /commit|INSERT INTO comments/;
/** An update of the Realtime Database. */
export const UPDATE = /^PATCH /;

/** The load sends every kind of request more often than that. */
const TRAP_SECONDS = 60;

/** Waits for a request with this pattern and loses its reply. */
export async function loseReply(proxy: Proxy, pattern: RegExp, onReply = () => {}): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    proxy.loseReply(pattern, () => {
      onReply();
      resolve();
    });
  });
  await within(TRAP_SECONDS, `a request with ${pattern}`, lost);
}

/** Waits for a request with this pattern and holds it back. */
export function holdBack(proxy: Proxy, pattern: RegExp): Promise<HeldRequest> {
  return within(TRAP_SECONDS, `a request with ${pattern}`, proxy.holdBack(pattern));
}
