import type { Stop } from "../listeners.ts";
import type { Changes, LiveSource } from "../live/source.ts";
import { type Change, CHANGES_KEPT, type MirroredChange } from "../wire.ts";
import type { Timeline } from "./timeline.ts";

export interface LiveChangesOptions {
  videoId: string;
  source: LiveSource;
  timeline: Timeline;
  signal: AbortSignal;
  /** The timeline moved on, or is known to be where the mirror is. */
  onProgress: () => void;
  /**
   * Changes are missing before `last`. Resolves when it has tried to bring the timeline there: if a gap is left, the next
   * connection finds it and repairs again.
   * @param isNewConnection whether nothing was applied on this connection yet
   */
  repair: (last: number, isNewConnection: boolean) => Promise<void>;
}

/** `again`: connect again at once, from where the timeline is then. */
export type LiveEnd = "lost" | "refused" | "again";

/**
 * Follows the mirror's changes for as long as one connection lasts. The mirror keeps those of the last 200 numbers, and always one for the
 * last number: so the timeline has all of them unless it is further behind.
 */
export async function followLiveChanges(options: LiveChangesOptions): Promise<LiveEnd> {
  const { videoId, source, timeline, signal, onProgress, repair } = options;
  return new Promise((resolve) => {
    let stop: Stop = () => {};
    let isOver = false;
    let isRepairing = false;
    let isNewConnection = true;
    let seen: Changes = new Map();
    const { forgetCount } = timeline;

    const end = (reason: LiveEnd) => {
      if (isOver) return;
      isOver = true;
      stop();
      signal.removeEventListener("abort", onAbort);
      resolve(reason);
    };
    const onAbort = () => end("again");

    const onChanges = (changes: Changes) => {
      if (isOver || isRepairing) return;
      if (timeline.forgetCount !== forgetCount) return end("again");
      if (isOtherHistory(seen, changes)) {
        timeline.forget();
        return end("again");
      }
      const last = lastOf(changes);
      // Perhaps another history: the next connection begins with a look at the epoch.
      if (last < lastOf(seen)) return end("again");
      seen = changes;
      if (last - timeline.seq > CHANGES_KEPT) {
        isRepairing = true;
        repair(last, isNewConnection).then(
          () => end("again"),
          () => end("lost"),
        );
        return;
      }
      isNewConnection = false;
      timeline.advance([...changes].flatMap(toChange), Math.max(last, timeline.seq));
      onProgress();
    };

    signal.addEventListener("abort", onAbort);
    stop = source.listenToChanges(videoId, timeline.seq, { onChanges, onEnd: end });
    if (signal.aborted) end("again");
    else if (isOver) stop();
  });
}

/** A change under a number never becomes that of another comment, unless the database was restored. */
function isOtherHistory(before: Changes, after: Changes): boolean {
  for (const [seq, change] of after) {
    const known = before.get(seq);
    if (known && idOf(known) !== idOf(change)) return true;
  }
  return false;
}

function idOf(change: MirroredChange): string | undefined {
  return "no_comment" in change ? undefined : change.id;
}

function lastOf(changes: Changes): number {
  return Math.max(0, ...changes.keys());
}

function toChange([seq, change]: [number, MirroredChange]): Change[] {
  if ("no_comment" in change) return [];
  return ["deleted" in change ? { ...change, seq } : change];
}
