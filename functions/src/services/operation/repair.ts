import type { Context } from "../../context.ts";
import type { ComparedSubject, ReconcilePage, VideoSync } from "../../contract/operation.ts";
import { ProblemError } from "../../errors.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import { emptyReport } from "../../relay/mechanism/reconcile.ts";
import type { Comparison } from "../../relay/mechanism/subject.ts";
import { reconcileVideo } from "../../relay/videos/reconcile-video.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { countMirrors } from "../../tables/sync/mirror-counts.ts";

/** Subjects in one request: three reads of the Realtime Database each, eight at a time. */
const PAGE_SIZE = 50;
/** Each that is counted is read: some 20 ms for so many. */
const MAX_COUNTED = 100_000;

/** How far a video's mirror is, for whoever waits for a rebuild. @throws ProblemError `not_found` */
export async function readVideoSync({ db }: Pick<Context, "db">, id: string): Promise<VideoSync> {
  const video = await findVideo(db, id);
  if (!video) throw new ProblemError("not_found");
  const { seq, applied_seq, epoch, is_behind, rebuild_seq, reconciled_at } = video;
  return {
    id,
    seq,
    applied_seq,
    epoch,
    is_behind,
    is_rebuilding: rebuild_seq > applied_seq,
    reconciled_at: reconciled_at?.toISOString() ?? null,
  };
}

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
  const lastId = await answered(relay.reconcilePage(page));
  const total = cursor === "" ? await countMirrors(db, subject, MAX_COUNTED) : null;
  return { compared: report.compared, drifted, failed: report.outcomes.failed, total, next_cursor: lastId ?? null };
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
    throw new ProblemError("unavailable", { detail: "The Realtime Database cannot be reached.", retryAfter: 5 });
  }
}
