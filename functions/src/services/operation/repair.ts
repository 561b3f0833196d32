import type { Context } from "../../context.ts";
import type { ComparedSubject, ReconcilePage } from "../../contract/operation.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import { emptyReport } from "../../relay/mechanism/reconcile.ts";
import type { Comparison } from "../../relay/mechanism/subject.ts";
import { beginEpoch } from "../../relay/videos/begin-epoch.ts";
import { reconcileVideo } from "../../relay/videos/reconcile-video.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { countMirrors } from "../../tables/sync/mirror-counts.ts";
import { listQuarantinedVideos, releaseQuarantined } from "../../tables/sync/quarantined-comments.ts";
import { requestRebuild } from "../../tables/sync/video-mirrors.ts";

/** Subjects in one request: up to five reads of the Realtime Database each, eight subjects at a time. */
const PAGE_SIZE = 50;
/** Each that is counted is read: some 20 ms for so many. */
const MAX_COUNTED = 100_000;

/**
 * Compares one video's mirror with MySQL and, with `repair`, has what differs written again.
 * @throws ProblemError `not_found`; `unavailable` while the Realtime Database is away
 */
export async function reconcileOne(context: Context, id: string, repair: boolean): Promise<Comparison> {
  if (!(await findVideo(context.db, id))) throw new ProblemError("not_found");
  return answered(reconcileVideo(context, id, { repair }));
}

export interface ReconcileRequest {
  subject: "videos" | "users";
  /** Where the previous page ended. */
  cursor?: string | undefined;
  repair: boolean;
}

/**
 * Compares the next page of all mirrors. Whoever asks page by page sees the progress, and can stop at any time.
 * @throws ProblemError `unavailable` while the Realtime Database is away; the same page can be asked for again
 */
export async function reconcileNextPage(
  { db, videoRelay, userRelay }: Context,
  { subject, cursor = "", repair }: ReconcileRequest,
): Promise<ReconcilePage> {
  const relay = subject === "videos" ? videoRelay : userRelay;
  const report = emptyReport();
  const drifted: ComparedSubject[] = [];
  const onCompared = (comparison: Comparison) => {
    const { outcome } = comparison;
    if (outcome === "drift" || outcome === "wiped" || outcome === "ahead") drifted.push(countsOf(comparison));
  };
  const page = { afterId: cursor, limit: PAGE_SIZE, repair, report, onCompared };
  // Counted first: a video that is created meanwhile is compared beyond the total, and is not missing from it.
  const total = cursor === "" ? await countMirrors(db, subject, MAX_COUNTED) : null;
  const lastId = await answered(relay.reconcilePage(page));
  return { compared: report.compared, drifted, failed: report.outcomes.failed, total, next_cursor: lastId ?? null };
}

/**
 * Releases comments from quarantine, all or those of one video, and has their videos written again. What is refused again is quarantined
 * again. Returns the videos.
 */
export async function retryQuarantined(context: Context, videoId?: string): Promise<string[]> {
  const videoIds = await listQuarantinedVideos(context.db, videoId);
  for (const id of videoIds) {
    // Both or neither: a released comment is mirrored by nothing else.
    await transact(context.db, async (transaction) => {
      await releaseQuarantined(transaction, id);
      await requestRebuild(transaction, id);
    });
    await context.videoRelay.requestTask(id);
  }
  return videoIds;
}

/**
 * Has a video's whole live state written again. From here on it will happen: whoever relays the video next does it, a task or the sweep.
 * @throws ProblemError `not_found`
 */
export async function rebuildVideo(context: Context, videoId: string): Promise<void> {
  if (!(await requestRebuild(context.db, videoId))) throw new ProblemError("not_found");
  await context.videoRelay.requestTask(videoId);
}

/**
 * Begins a new epoch of a video and fills its mirror: for a MySQL that was restored to an earlier time.
 * @throws ProblemError `not_found`; RealtimeError, after which it is safe to repeat
 */
export async function beginVideoEpoch(context: Context, videoId: string): Promise<void> {
  if (!(await beginEpoch(context, videoId))) throw new ProblemError("not_found");
}

/** A comparison with numbers in place of the keys. */
export function countsOf({ id, outcome, missing, extra, stale }: Comparison): ComparedSubject {
  return { id, outcome, missing: missing.length, extra: extra.length, stale: stale.length };
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
    const detail = error.kind === "away" ? "The Realtime Database cannot be reached." : error.message;
    throw new ProblemError("unavailable", { detail, retryAfter: 5, cause: error });
  }
}
