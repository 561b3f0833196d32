import { readFence } from "../realtime/fence.ts";
import { findVideo, listVideoIds, moveAppliedSeq } from "../tables/videos.ts";
import type { RelayContext } from "./relay.ts";
import { relayVideo } from "./relay.ts";

const PAGE = 500;

/** Asks the Realtime Database how far it has come with a video, and brings it up to MySQL. Safe to run twice at once. */
export async function reconcileVideo(context: RelayContext, videoId: string): Promise<void> {
  const video = await findVideo(context.db, videoId);
  if (!video) return;
  const fence = await readFence(context.realtime, videoId);
  const stands = fence.epoch === video.epoch ? fence.to : 0;
  if (stands !== video.applied_seq) await moveAppliedSeq(context.db, videoId, video.applied_seq, stands);
  await relayVideo(context, videoId);
}

/** `reconcileVideo` for every video, eight at a time. `onVideo` hears of each that is done. */
export async function reconcileAll(context: RelayContext, onVideo: (videoId: string) => void): Promise<void> {
  let after = "";
  for (;;) {
    const page = await listVideoIds(context.db, after, PAGE);
    const left = page.values();
    const worker = async () => {
      for (const videoId of left) {
        await reconcileVideo(context, videoId);
        onVideo(videoId);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    if (page.length < PAGE) return;
    after = page.at(-1) ?? after;
  }
}
