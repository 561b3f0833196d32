import CircuitBreaker from "opossum";
import { RealtimeError } from "../realtime/errors.ts";
import type { RelayContext } from "./relay.ts";
import { relayVideo } from "./relay.ts";

export interface InlineRelay {
  /** Relays the video now, waiting for it at most the deadline. Never throws: the task is the guarantee, this is the speed. */
  run(videoId: string): Promise<void>;
  /** Waits for what still runs. */
  close(): Promise<void>;
}

/**
 * The relay run by the request that made the change, since Cloud Tasks may be minutes late. One run per video at a time: a change
 * that was committed while one runs may have been missed by it, so those who come meanwhile share the next.
 * @param deadline milliseconds that a request waits; 0 turns the inline relay off
 */
export function createInlineRelay(context: RelayContext, deadline: number): InlineRelay {
  const { log, metrics, alerts } = context;
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  // While the Realtime Database is away, requests do not wait for it: after half of 10 failed, one try every 5 s.
  const breaker = new CircuitBreaker((videoId: string) => relayVideo(context, videoId), {
    timeout: false,
    volumeThreshold: 10,
    errorThresholdPercentage: 50,
    resetTimeout: 5_000,
  });
  breaker.on("open", () => {
    alerts.raise("breaker", "", "inline relay off: it fails; changes wait for their tasks", {});
  });

  function start(videoId: string): Promise<void> {
    const run = breaker
      .fire(videoId)
      .catch((error: unknown) => {
        const kind = error instanceof RealtimeError ? error.kind : "other";
        metrics.failures.add(1, { operation: "inline", kind });
        if (!breaker.opened) log.warn("inline relay failed; the task will do it", { video_id: videoId }, error);
      })
      .finally(() => running.delete(videoId));
    running.set(videoId, run);
    return run;
  }

  function join(videoId: string): Promise<void> {
    const current = running.get(videoId);
    if (!current) return start(videoId);
    const waiting = next.get(videoId);
    if (waiting) return waiting;
    const following = current.then(() => {
      next.delete(videoId);
      return start(videoId);
    });
    next.set(videoId, following);
    return following;
  }

  return {
    async run(videoId) {
      if (deadline === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadline);
      });
      await Promise.race([join(videoId), late]);
      clearTimeout(timer);
    },
    async close() {
      while (running.size > 0 || next.size > 0) await Promise.all([...running.values(), ...next.values()]);
      breaker.shutdown();
    },
  };
}
