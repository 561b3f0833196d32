import type { Context } from "../context.ts";
import { wake } from "../relay/wake.ts";

/**
 * Brings the change `seq` of a video to its listeners. After a response a function gets no CPU, so both are done before it: the
 * task, which is the guarantee, and the inline relay, which is the speed. Never throws.
 */
export async function relay(context: Context, videoId: string, seq: number): Promise<void> {
  await Promise.all([wake(context, videoId, seq), context.inlineRelay.run(videoId)]);
}
