import { paths } from "../../contract/realtime-paths.ts";
import { readFence } from "../../realtime/fence.ts";
import { findSeqs, listChanges, listNewest } from "../../tables/comments/comments.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { findQuarantinedIds } from "../../tables/sync/quarantined-comments.ts";
import { moveAppliedSeq, requestRebuild } from "../../tables/sync/video-mirrors.ts";
import { inSnapshot } from "../../database/transactions.ts";
import type { Comparison, Outcome } from "../mechanism/subject.ts";
import type { VideoRelayContext } from "./context.ts";
import { type Drift, findDrift, isDrift, tombstoneIds } from "./drift.ts";
import { relayVideo } from "./relay-video.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { MAX_DELTA_CHANGES } from "./update.ts";
import { settingsToMirror } from "./video-node.ts";

export interface VideoComparison extends Comparison, Drift {}

/**
 * Compares the mirror of a video with MySQL and, with `repair`, has what differs written again through the fence. Safe to run twice at
 * once, and while changes are made.
 * @throws RealtimeError
 */
export async function reconcileVideo(
  context: VideoRelayContext,
  videoId: string,
  { repair }: { repair: boolean },
): Promise<VideoComparison> {
  if (repair) await relayVideo(context, videoId);
  const { comparison, appliedSeq, mirroredSeq } = await compareVideo(context, videoId);
  const { outcome, authorChanged } = comparison;
  if (!repair || outcome === "busy" || outcome === "ahead") return comparison;
  if (outcome === "wiped" || outcome === "drift" || authorChanged > 0) await requestRebuild(context.db, videoId);
  if (outcome === "wiped") {
    await moveAppliedSeq(context.db, videoId, { from: appliedSeq, to: mirroredSeq, completeAsOf: undefined });
  }
  await relayVideo(context, videoId);
  return comparison;
}

interface Compared {
  comparison: VideoComparison;
  /** `applied_seq` as MySQL had it. */
  appliedSeq: number;
  /** The change of MySQL's epoch at which the fence was. */
  mirroredSeq: number;
}

const NO_DRIFT: Drift = { missing: [], extra: [], stale: [], authorChanged: 0 };

/** Reads the fence, then the mirror, then MySQL in one snapshot: what changed in between counts as in motion. */
async function compareVideo({ db, realtime, windowSize }: VideoRelayContext, videoId: string): Promise<Compared> {
  const fence = await readFence(realtime, videoId);
  const [comments, changes, settings] = await Promise.all([
    realtime.read(paths.comments(videoId)),
    realtime.read(paths.changes(videoId)),
    realtime.read(paths.video(videoId)),
  ]);

  const compared = await inSnapshot(db, async (snapshot): Promise<Compared> => {
    const video = await findVideo(snapshot, videoId);
    const appliedSeq = video?.applied_seq ?? 0;
    const mirroredSeq = fence.epoch === video?.epoch ? fence.to : 0;
    const resultOf = (outcome: Outcome, drift = NO_DRIFT) => {
      return { comparison: { id: videoId, outcome, ...drift }, appliedSeq, mirroredSeq };
    };
    if (!video) return resultOf("equal");
    if (fence.epoch > video.epoch || mirroredSeq > video.seq) return resultOf("ahead");
    if (mirroredSeq < appliedSeq) return resultOf("wiped");
    const moving = video.seq - mirroredSeq;
    if (moving > Math.min(MAX_DELTA_CHANGES, windowSize)) return resultOf("busy");

    const newest = await listNewest(snapshot, videoId, { limit: windowSize + moving });
    const newestIds = new Set(newest.map(({ id }) => id));
    const mirroredIds = [...Object.keys(comments ?? {}), ...tombstoneIds(changes)];
    const otherIds = mirroredIds.filter((id) => !newestIds.has(id));
    const drift = findDrift(
      { from: mirroredSeq, comments, changes, settings },
      {
        to: video.seq,
        windowSize,
        quarantined: await findQuarantinedIds(snapshot, videoId),
        newest,
        changes: await listChanges(snapshot, videoId, video.seq - CHANGES_KEPT, CHANGES_KEPT),
        floorSeq: video.floor_seq,
        others: await findSeqs(snapshot, videoId, otherIds),
        settings: settingsToMirror(video),
      },
    );
    return resultOf(isDrift(drift) ? "drift" : "equal", drift);
  });
  if (compared.comparison.outcome !== "wiped") return compared;
  // It only looks wiped if somebody moved both, the fence and `applied_seq`, after the fence was read.
  const after = await readFence(realtime, videoId);
  if (after.epoch === fence.epoch && after.to === fence.to) return compared;
  return { ...compared, comparison: { ...compared.comparison, outcome: "busy" } };
}
