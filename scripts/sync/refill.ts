import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../functions/src/context.ts";
import { holdConnection } from "./administrator.ts";

const RETRY_MS = 1_000;

/**
 * Fills a local Realtime Database at the start, and again as soon as it is back after it was away. It keeps nothing on disk, and a sweep
 * sees only what MySQL knows to be behind. A connection that is held open tells when the server ends, however soon it is back.
 */
export async function refillAfterRestarts(context: Context, signal: AbortSignal): Promise<void> {
  let isAway = false;
  while (!signal.aborted) {
    const connection = new AbortController();
    try {
      const { ended } = await holdConnection(context.config, AbortSignal.any([signal, connection.signal]));
      await fill(context);
      isAway = false;
      await ended;
    } catch (error) {
      if (!isAway && !signal.aborted) context.log.warn("not filled; it is tried every second", {}, error);
      isAway = true;
    }
    connection.abort();
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

async function fill({ videoRelay, userRelay, log }: Context): Promise<void> {
  const relays = [videoRelay, userRelay];
  const [videos, users] = await Promise.all(relays.map((relay) => relay.reconcileAll({ repair: true })));
  log.info("filled", { videos: videos?.drifted, users: users?.drifted });
}
