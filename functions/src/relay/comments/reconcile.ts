import { readFence } from "../../realtime/fence.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { paths } from "../../contract/realtime-paths.ts";
import { findSeqs, listChanges, listNewest } from "../../tables/comments/comments.ts";
import { parkedIds } from "../../tables/sync/parked-comments.ts";
import { findVideo, moveAppliedSeq } from "../../tables/comments/videos.ts";
import { requestRebuild } from "../../tables/sync/videos-sync.ts";
import { DELTA_MAX } from "./batch.ts";
import type { Drift } from "./drift.ts";
import { findDrift, isDrift } from "./drift.ts";
import type { RelayContext } from "./relay.ts";
import { inSnapshot, relayVideo } from "./relay.ts";

/**
 * - `equal`: the Realtime Database holds what MySQL says, or nothing but the author's name differs.
 * - `drift`: it did not; repaired, unless it was a dry run.
 * - `wiped`: it had lost its fence, or stood before what MySQL knew to be applied; filled again, unless it was a dry run.
 * - `busy`: too much moved to compare them.
 * - `ahead`: it holds changes that MySQL does not know: MySQL was restored, and an operator is to begin a new epoch.
 */
export type Outcome = "equal" | "drift" | "wiped" | "busy" | "ahead";

export interface VideoReport extends Drift {
  video_id: string;
  outcome: Outcome;
}

const NO_DRIFT: Drift = { missing: [], extra: [], stale: [], renamed: 0 };

/**
 * Compares what the Realtime Database holds of a video with MySQL, and has what differs written again through the fence. Safe to
 * run twice at once, and while changes are made.
 * @throws RealtimeError
 */
export async function reconcileVideo(
  context: RelayContext,
  videoId: string,
  options: { repair: boolean },
): Promise<VideoReport> {
  if (options.repair) await relayVideo(context, videoId);
  const { report, seen, stands } = await compareVideo(context, videoId);
  if (!options.repair || report.outcome === "busy" || report.outcome === "ahead") return report;
  if (report.outcome === "wiped") await moveAppliedSeq(context.db, videoId, seen, stands);
  if (report.outcome === "drift" || report.renamed > 0) await requestRebuild(context.db, videoId);
  await relayVideo(context, videoId);
  return report;
}

interface Comparison {
  report: VideoReport;
  /** `applied_seq` as MySQL had it. */
  seen: number;
  /** The change of MySQL's epoch at which the fence stands. */
  stands: number;
}

async function compareVideo({ db, realtime, window }: RelayContext, videoId: string): Promise<Comparison> {
  const fence = await readFence(realtime, videoId);
  const [comments, changes] = await Promise.all([
    realtime.read(paths.comments(videoId)),
    realtime.read(paths.changes(videoId)),
  ]);

  const comparison = await inSnapshot(db, async (snapshot): Promise<Comparison> => {
    const video = await findVideo(snapshot, videoId);
    const seen = video?.applied_seq ?? 0;
    const stands = fence.epoch === video?.epoch ? fence.to : 0;
    const say = (outcome: Outcome, drift = NO_DRIFT) => ({
      report: { video_id: videoId, outcome, ...drift },
      seen,
      stands,
    });
    if (!video) return say("equal");
    if (fence.epoch > video.epoch || stands > video.seq) return say("ahead");
    if (stands < seen) return say("wiped");
    const moving = video.seq - stands;
    if (moving > Math.min(DELTA_MAX, window)) return say("busy");

    const newest = await listNewest(snapshot, videoId, { limit: window + moving });
    const known = new Set(newest.map(({ id }) => id));
    const unknown = Object.keys(comments ?? {}).filter((id) => !known.has(id));
    const drift = findDrift(
      { from: stands, comments, changes },
      {
        to: video.seq,
        window,
        parked: await parkedIds(snapshot, videoId),
        newest,
        changes: await listChanges(snapshot, videoId, video.seq - CHANGES_KEPT, CHANGES_KEPT),
        others: await findSeqs(snapshot, videoId, unknown),
      },
    );
    return say(isDrift(drift) ? "drift" : "equal", drift);
  });
  if (comparison.report.outcome !== "wiped") return comparison;
  // Or was it that others moved both after the fence was read?
  const after = await readFence(realtime, videoId);
  if (after.epoch === fence.epoch && after.to === fence.to) return comparison;
  return { ...comparison, report: { ...comparison.report, outcome: "busy" } };
}
