import { setTimeout as sleep } from "node:timers/promises";
import CircuitBreaker from "opossum";
import { createBatcher } from "../batching/batcher.ts";
import { RealtimeError } from "../realtime/errors.ts";
import type { Committed } from "../tables/sync/videos-together.ts";
import type { RelayContext } from "./comments/relay.ts";
import { relayVideoOnce } from "./comments/relay.ts";
import { relayTogether } from "./comments/together.ts";

/** Milliseconds between the starts of two runs of a video: 20 updates a second are what a hot video is allowed. */
const GAP = 50;
/** Videos of a run at most, and runs at once: while one waits for an answer, the next is read. */
const RUN = { size: 64, lanes: 4 };

export interface InlineRelay {
  /**
   * Relays the committed change `seq` of a video now. True when the Realtime Database has it, and all that was committed before it;
   * false when that could not be had within the deadline: then a task has to do it. Never throws.
   */
  run(videoId: string, seq: number): Promise<boolean>;
  /** Waits for what still runs. */
  close(): Promise<void>;
}

/** How a run is done: several videos together, answering those that are to be done alone. */
export interface Relaying {
  together: (committed: Committed[]) => Promise<string[]>;
  alone: (videoId: string) => Promise<void>;
}

/**
 * The relay run by the process that made the change, since Cloud Tasks may be minutes late. Videos whose changes come at the same
 * time share a run; a video is in one run at a time. A change that was committed while one runs may have been missed by it, so those
 * who come meanwhile share the video's next.
 * @param deadline milliseconds that a call waits; 0 turns the inline relay off
 */
export function createInlineRelay(
  context: RelayContext,
  deadline: number,
  relaying: Relaying = {
    together: (committed) => relayTogether(context, committed),
    alone: (videoId) => relayVideoOnce(context, videoId),
  },
): InlineRelay {
  const { log, metrics, alerts } = context;
  /** Runs that have not begun: whoever comes now, is in time for them. */
  const next = new Map<string, { committed: Committed; following: Promise<boolean> }>();
  const running = new Set<Promise<boolean>>();
  const started = new Map<string, number>();
  // While the Realtime Database is away, requests do not wait for it: after half failed, of 3 or more in 10 s, one try every 5 s. Two
  // runs at once that time out after 5 s are 4 in 10 s.
  const breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
    timeout: false,
    volumeThreshold: 3,
    errorThresholdPercentage: 50,
    resetTimeout: 5_000,
    // One video that is refused says nothing of the others.
    errorFilter: (error: unknown) => error instanceof RealtimeError && error.kind !== "away",
  });
  breaker.on("open", () => {
    alerts.raise("breaker", "", "inline relay off: it fails; changes wait for their tasks", {});
  });
  const enter = createBatcher(run, { ...RUN, keyOf: ({ videoId }) => videoId });

  async function run(committed: Committed[]): Promise<(boolean | Promise<boolean>)[]> {
    const videoIds = committed.map(({ videoId }) => videoId);
    const now = performance.now();
    for (const [videoId, at] of started) {
      if (now - at < GAP) break;
      started.delete(videoId);
    }
    for (const videoId of videoIds) {
      next.delete(videoId);
      // Taken out first, so that the map keeps the order of the starts.
      started.delete(videoId);
      started.set(videoId, now);
    }
    let left: string[] = [];
    const done = await attempt(videoIds, async () => {
      left = await relaying.together(committed);
    });
    if (!done) return videoIds.map(() => false);
    const alone = new Set(left);
    return videoIds.map((videoId) => !alone.has(videoId) || attempt([videoId], () => relaying.alone(videoId)));
  }

  async function attempt(videoIds: string[], work: () => Promise<void>): Promise<boolean> {
    try {
      await breaker.fire(work);
      return true;
    } catch (error) {
      const kind = error instanceof RealtimeError ? error.kind : "other";
      metrics.failures.add(1, { operation: "inline", kind });
      const fields = { video_id: videoIds[0], videos: videoIds.length };
      if (!breaker.opened) log.warn("inline relay failed; tasks will do it", fields, error);
      return false;
    }
  }

  function join(videoId: string, seq: number): Promise<boolean> {
    const joined = next.get(videoId);
    if (joined) {
      const { committed } = joined;
      committed.first = Math.min(committed.first, seq);
      committed.last = Math.max(committed.last, seq);
      return joined.following;
    }
    const committed = { videoId, first: seq, last: seq };
    const following = begin(committed).finally(() => running.delete(following));
    next.set(videoId, { committed, following });
    running.add(following);
    return following;
  }

  async function begin(committed: Committed): Promise<boolean> {
    const early = (started.get(committed.videoId) ?? -GAP) + GAP - performance.now();
    if (early > 0) await sleep(early);
    return enter(committed);
  }

  return {
    run(videoId, seq) {
      if (deadline === 0) return Promise.resolve(false);
      return new Promise((resolve) => {
        const late = setTimeout(resolve, deadline, false);
        void join(videoId, seq)
          .then(resolve)
          .finally(() => clearTimeout(late));
      });
    },
    async close() {
      while (running.size > 0) await Promise.all(running);
      breaker.shutdown();
    },
  };
}
