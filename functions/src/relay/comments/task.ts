import { z } from "zod";
import { VIDEO_ID } from "../../contract/patterns.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import { markAttempted } from "../../tables/comments/videos.ts";
import type { RelayContext } from "./relay.ts";
import { relayVideo } from "./relay.ts";

const Task = z.strictObject({ video_id: z.string().regex(VIDEO_ID) });

/**
 * Runs one relay task; true when it is done with. A task is only a hint, so it may come twice, late or forged, and one that makes
 * no sense is done with too: to try it again would not help.
 */
export async function runRelayTask(context: RelayContext, data: unknown, retryCount = 0): Promise<boolean> {
  const task = Task.safeParse(data);
  if (!task.success) {
    context.log.error("relay task dropped: it names no video", {});
    return true;
  }
  const { video_id } = task.data;
  if (retryCount > 0) context.metrics.retries.add(1);
  try {
    await markAttempted(context.db, video_id);
    await relayVideo(context, video_id);
    return true;
  } catch (error) {
    const kind = error instanceof RealtimeError ? error.kind : "other";
    context.metrics.failures.add(1, { operation: "relay", kind });
    if (kind === "refused" || kind === "invalid") {
      context.alerts.raise("refused", "", "the Realtime Database refuses the relay", { video_id });
    }
    context.log.warn("video not relayed; its task will be tried again", { video_id }, error);
    return false;
  }
}
