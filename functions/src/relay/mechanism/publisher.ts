import type { InlineRelay } from "./inline.ts";

export interface Delivery {
  /**
   * Sees to it that the committed change `seq` of a video reaches its listeners: at once by the inline relay, or, where that fails or
   * is late, by a task. Never throws: should the process die before either, the sweep finds the video.
   *
   * After its last response a function gets no CPU, so somebody has to wait for this; it need not be everybody. The newest call waits
   * until all changes under way have been seen to, its own and those of the calls before it, which it releases.
   */
  publish(videoId: string, seq: number): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** @param wake has a task do it; never throws */
export function createDelivery(
  inlineRelay: InlineRelay,
  wake: (videoId: string, seq: number) => Promise<void>,
): Delivery {
  const underWay = new Set<Promise<void>>();
  let releaseLast = () => {};

  async function seeTo(videoId: string, seq: number): Promise<void> {
    if (!(await inlineRelay.run(videoId, seq))) await wake(videoId, seq);
  }

  return {
    publish(videoId, seq) {
      releaseLast();
      const seen = seeTo(videoId, seq).finally(() => {
        underWay.delete(seen);
        if (underWay.size === 0) releaseLast();
      });
      underWay.add(seen);
      return new Promise((resolve) => {
        releaseLast = resolve;
      });
    },
    async close() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
