import { RealtimeError } from "../../realtime/errors.ts";
import { type Fence, writeFenced } from "../../realtime/fence.ts";
import { findVideo, moveAppliedSeq } from "../../tables/comments/videos.ts";
import { relayAll } from "../mechanism/steps.ts";
import type { VideoRelayContext } from "./context.ts";
import { type NextUpdate, readNextUpdate, recordApplied } from "./next-update.ts";
import { quarantineRefused } from "./quarantine.ts";

/**
 * Brings the mirror to what MySQL says of a video now; returns when it lacks nothing. Takes no data and no lock, and is safe to run twice
 * at once, late or for nothing, because the fence lets each change through once.
 * @throws RealtimeError when the Realtime Database is away or refuses; `applied_seq` then says how far the mirror came
 */
export async function relayVideo(context: VideoRelayContext, videoId: string): Promise<void> {
  await relayAll({ relayStep: (id) => relayVideoStep(context, id) }, videoId);
}

/**
 * Makes one update. Returns the change that the mirror holds then, or undefined when it lacked nothing.
 * @throws RealtimeError
 */
export async function relayVideoStep(context: VideoRelayContext, videoId: string): Promise<number | undefined> {
  const next = await readNextUpdate(context, videoId);
  if (!next) return undefined;
  const fence = await write(context, next);
  if (!fence) return next.update.from;
  return markApplied(context, next, fence);
}

/** Returns the fence after the write; undefined when comments were quarantined instead, and the rows have to be read again. */
async function write(context: VideoRelayContext, next: NextUpdate): Promise<Fence | undefined> {
  try {
    return await writeFenced(context.realtime, next.update);
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind !== "invalid") throw error;
    if (await quarantineRefused(context, next)) return undefined;
    throw error;
  }
}

/**
 * Moves `applied_seq` to where the fence is, and returns it.
 * @throws RealtimeError `refused`, when the mirror is ahead of MySQL
 */
async function markApplied({ db, metrics }: VideoRelayContext, next: NextUpdate, fence: Fence): Promise<number> {
  const { videoId, epoch, from, to } = next.update;
  if (fence.epoch > epoch) {
    const video = await findVideo(db, videoId);
    if (video && video.epoch >= fence.epoch) return from;
    throw new RealtimeError(
      "refused",
      `sync/${videoId} is of epoch ${fence.epoch}, MySQL's is ${epoch}: begin a new epoch`,
    );
  }
  // An older epoch, or a fence behind MySQL's mark, means a Realtime Database that was wiped or restored. It is filled from 0.
  const mirroredSeq = fence.epoch === epoch ? fence.to : 0;
  const isApplied = mirroredSeq === to;
  const isMarked = await moveAppliedSeq(db, videoId, from, mirroredSeq);
  if (isApplied && isMarked) recordApplied(metrics, next);
  if (!isApplied) metrics.fenceConflicts.add(1, { subject: "videos" });
  if (isMarked) return mirroredSeq;
  const video = await findVideo(db, videoId);
  if (video && video.epoch === fence.epoch && fence.to > video.seq) {
    throw new RealtimeError(
      "refused",
      `sync/${videoId} is at change ${fence.to}, MySQL only at ${video.seq}: MySQL was restored; begin a new epoch`,
    );
  }
  return mirroredSeq;
}
