import { RealtimeError } from "../../realtime/errors.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { countParked } from "../../tables/sync/parked-comments.ts";
import type { Backlog } from "../../tables/sync/videos-sync.ts";
import { readBacklog, takeBehind } from "../../tables/sync/videos-sync.ts";
import { concurrently } from "../concurrently.ts";
import type { Queue } from "../queue/queue.ts";
import type { RelayContext } from "./relay.ts";
import { relayVideo } from "./relay.ts";
import { rebuildRenamed } from "./renames.ts";

/** Seconds in which nobody tried a video before the sweep does. Twice this, a minute between sweeps, is within the two promised. */
const UNTRIED = 30;
const PAGE = 500;
/** Videos of renamed users in a round: each is written as a whole, and one user may have been on tens of thousands. */
const RENAMED = 100;
/** Seconds that a change may wait before somebody is told. */
const BACKLOG_ALERT = 120;

export interface SweepReport {
  enqueued: number;
  /** Videos brought up by the sweep itself, since the queue did not take their tasks. */
  relayed: number;
  backlog: Backlog;
}

/**
 * Wakes the videos that are still behind: their tasks were lost, or never enqueued, or they show a name that was changed. A queue
 * that takes no tasks is done without. Safe to run twice at once.
 * @param budget milliseconds after which it begins no further page
 */
export async function sweep(context: RelayContext & { queue: Queue }, budget: number): Promise<SweepReport> {
  const { db, queue, log, metrics } = context;
  const end = performance.now() + budget;
  const report = { enqueued: 0, relayed: 0 };
  let queueAway = false;

  async function wakeUp(videoId: string): Promise<void> {
    if (!queueAway) {
      try {
        await queue.enqueue({ video_id: videoId });
        report.enqueued += 1;
        return;
      } catch (error) {
        queueAway = true;
        metrics.failures.add(1, { operation: "enqueue", kind: "away" });
        log.warn("the queue takes no tasks; the sweep relays by itself", {}, error);
      }
    }
    if (performance.now() > end) return;
    try {
      await relayVideo(context, videoId);
      report.relayed += 1;
    } catch (error) {
      log.warn("video not relayed; the next sweep will try again", { video_id: videoId }, error);
      if (!(error instanceof RealtimeError) || error.kind === "away") throw error;
    }
  }

  try {
    while (performance.now() < end) {
      const videoIds = await takeBehind(db, UNTRIED, PAGE);
      await concurrently(videoIds, 20, wakeUp);
      if (videoIds.length < PAGE) break;
    }
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
  }
  // Last, for what it asks for may wait a round, and nothing else waits for it.
  await rebuildRenamed(db, RENAMED).catch((error: unknown) => {
    log.warn("renamed users' videos not asked for; the next sweep tries again", {}, error);
  });
  const [backlog, parked] = await Promise.all([readBacklog(db), countParked(db)]);
  recordBacklog(metrics, backlog, parked);
  if (backlog.oldest_seconds > BACKLOG_ALERT) {
    context.alerts.raise("backlog", "", "the Realtime Database is behind for more than two minutes", { ...backlog });
  }
  return { ...report, backlog };
}

export function recordBacklog(metrics: Metrics, backlog: Backlog, parked: number): void {
  metrics.backlog.videos.record(backlog.videos);
  metrics.backlog.changes.record(backlog.changes);
  metrics.backlog.oldest.record(backlog.oldest_seconds);
  metrics.backlog.parked.record(parked);
}
