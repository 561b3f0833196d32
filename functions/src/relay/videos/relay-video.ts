import { RealtimeError } from "../../realtime/errors.ts";
import { type FenceAfterWrite, writeFenced } from "../../realtime/fence.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { moveAppliedSeq } from "../../tables/sync/video-mirrors.ts";
import { relayPending } from "../mechanism/steps.ts";
import type { RelaySteps } from "../mechanism/subject.ts";
import { adoptFence } from "./adopt-fence.ts";
import type { VideoRelayContext } from "./context.ts";
import { type NextUpdate, readNextUpdate, recordApplied } from "./next-update.ts";
import { quarantineInvalid } from "./quarantine.ts";

/**
 * Brings the mirror to what MySQL says of a video when it is called, or later. Takes no data and no lock, and is safe to run twice at once,
 * late or for nothing, because the fence lets each change through once.
 * @throws RealtimeError when the Realtime Database is away or refuses; `applied_seq` then says how far the mirror is known to have come
 */
export async function relayVideo(context: VideoRelayContext, videoId: string): Promise<void> {
  await relayPending(videoSteps(context), videoId);
}

/** How a video is relayed alone. */
export function videoSteps(context: VideoRelayContext): RelaySteps {
  return {
    relayStep: (id) => relayVideoStep(context, id),
    async findLastSeqIfBehind(id) {
      const video = await findVideo(context.db, id);
      return video?.is_behind ? video.seq : undefined;
    },
  };
}

/**
 * Makes one update. Returns what `RelaySteps.relayStep` does.
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
async function write(context: VideoRelayContext, next: NextUpdate): Promise<FenceAfterWrite | undefined> {
  try {
    return await context.realtimeGuard(() => writeFenced(context.realtime, next.update));
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind !== "invalid") throw error;
    if (await quarantineInvalid(context, next)) return undefined;
    throw error;
  }
}

/**
 * Marks a confirmed update, and returns its `to`. If the write is not confirmed, adopts the fence, and returns what `adoptFence` does.
 * @throws RealtimeError `refused`, when the mirror is ahead of MySQL
 */
async function markApplied(
  context: VideoRelayContext,
  next: NextUpdate,
  { isConfirmed, ...fence }: FenceAfterWrite,
): Promise<number> {
  const { db, metrics } = context;
  const { update, completeAsOf } = next;
  const { videoId, from, to } = update;
  if (!isConfirmed) {
    if (fence.to !== to) metrics.fenceConflicts.add(1, { subject: "videos" });
    return adoptFence(context, next, fence);
  }
  if (await moveAppliedSeq(db, videoId, { from, to, completeAsOf })) recordApplied(metrics, next);
  return to;
}
