import type { Alerts } from "../../alerts/alerts.ts";
import type { Logger } from "../../runtime/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import type { Fence, FencedUpdate } from "../../realtime/fence.ts";
import { writeFenced } from "../../realtime/fence.ts";
import type { Realtime } from "../../realtime/realtime.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { listChanges, listChangeSeqs, listNewest } from "../../tables/comments/comments.ts";
import { parkedIds } from "../../tables/sync/parked-comments.ts";
import type { Db } from "../../database/schema.ts";
import type { VideoRow } from "../../tables/comments/videos.ts";
import { findVideo, moveAppliedSeq } from "../../tables/comments/videos.ts";
import type { Target } from "./batch.ts";
import { DELTA_MAX, deltaUpdate, snapshotUpdate } from "./batch.ts";
import { parkRefused } from "./park.ts";

export interface RelayContext {
  db: Db;
  /** Opened for `multipleStatements`: for what is done for many requests at once. */
  batchDb: Db;
  realtime: Realtime;
  /** Newest comments of a video that the Realtime Database holds. */
  window: number;
  log: Logger;
  metrics: Metrics;
  alerts: Alerts;
}

/**
 * Brings the Realtime Database up to what MySQL says of a video *now*; returns when nothing is left. It takes no data and holds no
 * lock: run twice at once, late or for nothing, it does no harm, for the fence lets each change through once.
 * @throws RealtimeError when the Realtime Database is away or refuses; then `applied_seq` says how far it came
 */
export async function relayVideo(context: RelayContext, videoId: string): Promise<void> {
  while ((await relayStep(context, videoId)) !== undefined);
}

/**
 * `relayVideo` for what was committed before the call: it leaves what comes meanwhile to others, and so ends on a video that is
 * never at rest.
 */
export async function relayVideoOnce(context: RelayContext, videoId: string): Promise<void> {
  const video = await findVideo(context.db, videoId);
  if (!video?.is_behind) return;
  for (let reached: number | undefined = 0; reached !== undefined && reached < video.seq;) {
    reached = await relayStep(context, videoId);
  }
}

/** One update: where the fence stands after it; undefined when none was needed. */
async function relayStep(context: RelayContext, videoId: string): Promise<number | undefined> {
  const pending = await readPending(context, videoId);
  if (!pending) return undefined;
  const fence = await write(context, pending);
  if (!fence) return pending.update.from;
  await mark(context, pending, fence);
  return fence.to;
}

export interface Pending {
  update: FencedUpdate;
  /** The rows that the update shows. */
  rows: CommentRow[];
  parked: ReadonlySet<string>;
  /** Milliseconds, as the process counts them, when the rows were read. */
  readAt: number;
  /** The same moment by the database's clock. */
  now: Date;
}

/** Where the fence stands afterwards; undefined when comments were parked first, and the rows are to be read again. */
async function write(context: RelayContext, pending: Pending): Promise<Fence | undefined> {
  try {
    return await writeFenced(context.realtime, pending.update);
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind !== "invalid") throw error;
    if (await parkRefused(context, pending)) return undefined;
    throw error;
  }
}

async function mark({ db, metrics }: RelayContext, pending: Pending, fence: Fence): Promise<void> {
  const { videoId, epoch, from, to } = pending.update;
  const applied = fence.epoch === epoch && fence.to === to;
  if (fence.epoch > epoch) {
    const video = await findVideo(db, videoId);
    if (video && video.epoch >= fence.epoch) return;
    throw new RealtimeError(
      "refused",
      `sync/${videoId} is of epoch ${fence.epoch}, MySQL's is ${epoch}: begin a new one`,
    );
  }
  // An older epoch, or a fence behind MySQL's mark, is a Realtime Database that was wiped or restored: it is filled from 0.
  const stands = fence.epoch === epoch ? fence.to : 0;
  const moved = await moveAppliedSeq(db, videoId, from, stands);
  if (applied && moved) recordApplied({ metrics }, pending);
  if (!applied) metrics.fenceConflicts.add(1);
  if (moved) return;
  const video = await findVideo(db, videoId);
  if (video && video.epoch === fence.epoch && fence.to > video.seq) {
    const stand = `sync/${videoId} stands at ${fence.to}, MySQL only at ${video.seq}`;
    throw new RealtimeError("refused", `${stand}: MySQL was restored; begin a new epoch`);
  }
}

/** Measures an update that was applied and marked. */
export function recordApplied({ metrics }: Pick<RelayContext, "metrics">, applied: Omit<Pending, "parked">): void {
  const { update, rows, readAt, now } = applied;
  const { from, to } = update;
  const elapsed = performance.now() - readAt;
  for (const { seq, updated_at: at } of rows) {
    if (seq > from && seq <= to) metrics.syncLatency.record(Math.max(0, now.getTime() - at.getTime()) + elapsed);
  }
  metrics.batchSize.record(to - from);
}

/** The next update that the video needs, read in one snapshot; undefined when it needs none. */
async function readPending({ db, window }: RelayContext, videoId: string): Promise<Pending | undefined> {
  // Most looks find nothing, and need no transaction for it.
  const behind = await findVideo(db, videoId);
  if (!behind?.is_behind) return undefined;
  return inSnapshot(db, async (snapshot) => {
    const readAt = performance.now();
    const video = await findVideo(snapshot, videoId);
    if (!video?.is_behind) return undefined;
    const parked = await parkedIds(snapshot, videoId);
    const target = { videoId, epoch: video.epoch, from: video.applied_seq, to: video.seq, window, parked };
    const { now, ...update } = await readUpdate(snapshot, video, target);
    return { ...update, parked, readAt, now };
  });
}

async function readUpdate(snapshot: Db, video: VideoRow, target: Target) {
  const { videoId, from, to, window } = target;
  const { now } = video;
  const n = to - from;
  if (from < video.rebuild_seq || from === 0 || n > Math.min(DELTA_MAX, window)) {
    const newest = await listNewest(snapshot, videoId, { limit: window });
    const changes = await listChanges(snapshot, videoId, to - CHANGES_KEPT, CHANGES_KEPT);
    return { update: snapshotUpdate(target, newest, changes), rows: [...newest, ...changes], now };
  }
  const changes = await listChanges(snapshot, videoId, from, n);
  const edge = await listNewest(snapshot, videoId, { limit: 2 * n, offset: window - n });
  const inside = edge.slice(0, n);
  const older = changes.some(({ version }) => version > 1)
    ? { inside, tail: await listChangeSeqs(snapshot, videoId, to - CHANGES_KEPT) }
    : undefined;
  return { update: deltaUpdate(target, changes, edge, older), rows: [...changes, ...inside], now };
}

/** All that `work` reads is of one moment. */
export function inSnapshot<T>(db: Db, work: (snapshot: Db) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(work);
}
