import { readFence } from "../../realtime/fence.ts";
import * as videoMirrors from "../../tables/sync/video-mirrors.ts";
import type { VideoRelayContext } from "./context.ts";
import { relayVideo } from "./relay-video.ts";

/**
 * Begins a new epoch of a video and fills its mirror. After MySQL was restored to an earlier time, the Realtime Database holds changes
 * that must not count, and writers that were frozen may still bring some. Returns false for a video that MySQL does not know.
 * @throws RealtimeError, after which it is safe to repeat
 */
export async function beginEpoch(context: VideoRelayContext, videoId: string): Promise<boolean> {
  const fence = await readFence(context.realtime, videoId);
  if (!(await videoMirrors.raiseEpoch(context.db, videoId, fence.epoch))) return false;
  await relayVideo(context, videoId);
  return true;
}
