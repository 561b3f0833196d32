import { isDeepStrictEqual } from "node:util";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { changeKey, paths } from "../../contract/realtime-paths.ts";
import { inSnapshot } from "../../database/transactions.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import { type Fence, readFence } from "../../realtime/fence.ts";
import { findSeqs, listChanges } from "../../tables/comments/comments.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { findQuarantinedIds } from "../../tables/sync/quarantined-comments.ts";
import { moveAppliedSeq, requestRebuild } from "../../tables/sync/video-mirrors.ts";
import type { VideoRelayContext } from "./context.ts";
import { hasChanges } from "./drift.ts";
import { type NextUpdate, recordApplied } from "./next-update.ts";
import { settingsToMirror } from "./video-node.ts";

/**
 * Called when this process cannot confirm that its write moved the fence. Checks that the mirror's changes are MySQL's, requests a rebuild
 * if not, and sets `applied_seq` to the change that the fence is at, or to 0 if the fence is of an older epoch. It changes nothing if
 * another run was faster.
 *
 * Returns a lower bound of what the mirror holds of MySQL's changes: the fence's number if its changes are MySQL's, else `from`, or less if
 * the mirror was wiped. The caller steps again until it has what it needs, and so writes the rebuild.
 *
 * Normally another run moved the fence. After a restore of MySQL, it may have been moved in another history, in which its number means
 * other changes. A mirror that is `foreign` or `wiped` counts as drift. What is adopted is measured as applied now, since nobody measured
 * it: the response was lost, or the run died before it marked it.
 * @param fence as it was read after the write; not at the update's `from`, for which `writeFenced` throws
 * @throws RealtimeError `refused`, when the mirror is ahead of MySQL; `away`
 */
export async function adoptFence(context: VideoRelayContext, next: NextUpdate, fence: Fence): Promise<number> {
  const { db, realtime, metrics } = context;
  const { videoId, epoch, from, to } = next.update;
  const video = await findVideo(db, videoId);
  if (!video) return from;
  if (fence.epoch > epoch) {
    if (video.epoch >= fence.epoch) return from;
    throw aheadError(
      `sync/${videoId} is of epoch ${fence.epoch}, MySQL's is ${epoch}: MySQL was restored; begin a new epoch`,
    );
  }
  // A mirror of an older epoch was wiped or restored. It is filled from 0.
  const mirroredSeq = fence.epoch === epoch ? fence.to : 0;
  // If another run has marked it meanwhile, it knows what it wrote.
  if (video.applied_seq !== from || video.epoch !== epoch) return from;
  if (mirroredSeq > video.seq) {
    throw aheadError(
      `sync/${videoId} is at change ${mirroredSeq}, MySQL only at ${video.seq}: MySQL was restored; begin a new epoch`,
    );
  }
  const state = await judgeMirror(context, videoId, from, mirroredSeq);
  const isOwn = state === "own";
  // From 0 on, the whole live state is written without a request.
  if (!isOwn && mirroredSeq > 0) {
    const after = await readFence(realtime, videoId);
    // It moved while it was compared.
    if (after.epoch !== fence.epoch || after.to !== fence.to) return from;
    await requestRebuild(db, videoId);
  }
  // A fence below `to` says that the mirror lacks some of the rows that were read.
  const completeAsOf = isOwn && mirroredSeq >= to ? next.completeAsOf : undefined;
  const reached = isOwn ? mirroredSeq : Math.min(from, mirroredSeq);
  const hasMoved = await moveAppliedSeq(db, videoId, { from, to: mirroredSeq, completeAsOf });
  if (!hasMoved) return reached;
  if (isOwn) recordApplied(metrics, { ...next, update: { ...next.update, to: mirroredSeq } });
  if (state === "foreign" || state === "wiped") metrics.drift.add(1, { kind: state, subject: "videos" });
  return reached;
}

function aheadError(message: string): RealtimeError {
  return new RealtimeError("refused", message);
}

/**
 * What the mirror holds from `applied_seq` to its fence.
 * - `own`: MySQL's changes, one of the settings included.
 * - `foreign`: changes of another history among them.
 * - `unknown`: more changes than the mirror keeps, as after a death between the write of a long backlog and its mark.
 * - `wiped`: none, since the fence is below `applied_seq`: the mirror has lost changes that it held.
 */
type MirrorState = "own" | "foreign" | "unknown" | "wiped";

/** Compares the mirror with MySQL, where `applied_seq` is `from` and the fence is at `to`. */
async function judgeMirror(
  { db, realtime }: VideoRelayContext,
  videoId: string,
  from: number,
  to: number,
): Promise<MirrorState> {
  if (to < from) return "wiped";
  if (to - from > CHANGES_KEPT) return "unknown";
  // The mirror first: what MySQL changes in between only moves to higher numbers.
  const mirrored = await realtime.readRange(paths.changes(videoId), changeKey(from + 1), changeKey(to));
  const mirroredSettings = await realtime.read(paths.video(videoId));
  return inSnapshot(db, async (snapshot) => {
    const rows = await listChanges(snapshot, videoId, from, to - from);
    const quarantined = await findQuarantinedIds(snapshot, videoId);
    const video = await findVideo(snapshot, videoId);
    const settings = video && settingsToMirror(video);
    const haveSettingsChanged = settings && settings.seq > from && settings.seq <= to;
    if (haveSettingsChanged && !isDeepStrictEqual(mirroredSettings, settings.node)) return "foreign";
    const own = { to, rows: rows.filter(({ seq }) => seq <= to), quarantined };
    const isOwn = await hasChanges(mirrored, own, (ids) => findSeqs(snapshot, videoId, ids));
    return isOwn ? "own" : "foreign";
  });
}
