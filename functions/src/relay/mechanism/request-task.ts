import type { Logger } from "../../runtime/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { Db } from "../../database/schema.ts";
import { isTaskPending, markEnqueued } from "../../tables/comments/videos.ts";
import type { Queue } from "../queue/queue.ts";

/**
 * Sees to it that a task is pending for the change `seq` of a video. A young pending task will see the change too, so then nothing
 * is enqueued. Never throws: the change is committed, and the sweep finds a video that nobody woke.
 */
export async function wake(
  context: { db: Db; queue: Queue; log: Logger; metrics: Metrics },
  videoId: string,
  seq: number,
): Promise<void> {
  try {
    if (await isTaskPending(context.db, videoId)) return;
    await context.queue.enqueue({ video_id: videoId });
    await markEnqueued(context.db, videoId, seq);
  } catch (error) {
    context.metrics.failures.add(1, { operation: "enqueue", kind: "other" });
    context.log.warn("relay task not enqueued; the sweep will find the video", { video_id: videoId, seq }, error);
  }
}
