import { LRUCache } from "lru-cache";

/**
 * Which change of a video this instance wrote or served last, so that it never serves an older state afterwards, whatever the reader sends.
 *
 * Why it is small: a replica that is used shows everything that is older than the bound of lag, so a change is forgotten after that time.
 * With more videos than fit, the one that nobody has asked for or noted for longest is forgotten earlier; of it, the bound of lag alone holds.
 */
export interface KnownChanges {
  note(videoId: string, seq: number): void;
  /** The last change that was noted; 0 if there is none. */
  of(videoId: string): number;
}

/** About 2 MB. */
const MAX_VIDEOS = 10_000;

export function createKnownChanges(maxLagMs: number): KnownChanges {
  // Twice the bound: this process's clock and the primary's are not one.
  const changes = new LRUCache<string, number>({ max: MAX_VIDEOS, ttl: 2 * maxLagMs });
  return {
    note(videoId, seq) {
      const known = changes.get(videoId);
      // Neither the same number nor a lower one says anything new.
      if (seq > 0 && (known === undefined || seq > known)) changes.set(videoId, seq);
    },
    of: (videoId) => changes.get(videoId) ?? 0,
  };
}
