import { RealtimeError } from "../../realtime/errors.ts";
import { listVideoIds } from "../../tables/comments/videos.ts";
import { listUnreconciled, markReconciled } from "../../tables/sync/videos-sync.ts";
import { concurrently } from "../concurrently.ts";
import type { Outcome, VideoReport } from "./reconcile.ts";
import { reconcileVideo } from "./reconcile.ts";
import type { RelayContext } from "./relay.ts";

/** Seconds before a video is compared again. */
const INTERVAL = 45;
/**
 * Videos compared in a round that finds nothing. The Realtime Database bills what is read: 100 videos of 20 KB a minute are 3 GB a
 * day. A round that finds drift goes on, for then more is likely.
 */
const PAGE = 100;
const WORKERS = 8;

export interface RoundReport {
  videos: number;
  drifted: number;
  missing: number;
  extra: number;
  stale: number;
  outcomes: Record<Outcome | "refused", number>;
}

/**
 * One round of the rolling comparison, the videos compared longest ago first; drift is repaired, counted, and told once. Safe to run
 * twice at once.
 * @param budget milliseconds after which it begins no further page
 */
export async function reconcileRound(context: RelayContext, budget: number): Promise<RoundReport> {
  const end = performance.now() + budget;
  const total = emptyReport();
  try {
    while (performance.now() < end) {
      const videoIds = await listUnreconciled(context.db, INTERVAL, PAGE);
      const before = total.drifted;
      await concurrently(videoIds, WORKERS, async (videoId) => {
        await markReconciled(context.db, videoId);
        await reconcileInto(context, videoId, total, true);
      });
      if (videoIds.length < PAGE || total.drifted === before) break;
    }
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
    context.log.warn("comparison stopped: the Realtime Database is away", {}, error);
  }
  tell(context, total);
  return total;
}

/** `reconcileVideo` for every video. `onVideo` hears of each. @throws RealtimeError when the Realtime Database is away */
export async function reconcileAll(
  context: RelayContext,
  options: { repair: boolean; onVideo: (report: VideoReport) => void },
): Promise<RoundReport> {
  const total = emptyReport();
  for (let after = ""; ;) {
    const videoIds = await listVideoIds(context.db, after, PAGE);
    await concurrently(videoIds, WORKERS, async (videoId) => {
      const report = await reconcileInto(context, videoId, total, options.repair);
      if (report) options.onVideo(report);
    });
    const last = videoIds.at(-1);
    if (last === undefined) return total;
    after = last;
  }
}

async function reconcileInto(
  context: RelayContext,
  videoId: string,
  total: RoundReport,
  repair: boolean,
): Promise<VideoReport | undefined> {
  total.videos += 1;
  let report: VideoReport;
  try {
    report = await reconcileVideo(context, videoId, { repair });
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind === "away") throw error;
    // One video that cannot be brought up does not keep the others from it.
    total.outcomes.refused += 1;
    context.log.warn("video not reconciled", { video_id: videoId }, error);
    context.alerts.raise("refused", "", "the Realtime Database refuses the relay", { video_id: videoId });
    return undefined;
  }
  const { outcome, missing, extra, stale } = report;
  total.outcomes[outcome] += 1;
  if (outcome === "drift" || outcome === "wiped" || outcome === "ahead") {
    total.drifted += 1;
    const fields = { missing: missing.length, extra: extra.length, stale: stale.length };
    context.log.warn("drift", { video_id: videoId, outcome, ...fields, first: [...missing, ...extra, ...stale][0] });
  }
  total.missing += missing.length;
  total.extra += extra.length;
  total.stale += stale.length;
  return report;
}

function tell({ metrics, alerts }: RelayContext, { drifted, missing, extra, stale, outcomes }: RoundReport): void {
  if (drifted === 0) return;
  for (const [kind, count] of Object.entries({ missing, extra, stale })) metrics.drift.add(count, { kind });
  const { wiped, ahead } = outcomes;
  const fields = { videos: drifted, missing, extra, stale, wiped, ahead };
  alerts.raise("drift", "", "the Realtime Database differed from MySQL", fields);
}

function emptyReport(): RoundReport {
  const outcomes = { equal: 0, drift: 0, wiped: 0, busy: 0, ahead: 0, refused: 0 };
  return { videos: 0, drifted: 0, missing: 0, extra: 0, stale: 0, outcomes };
}
