import { setTimeout } from "node:timers/promises";
import CircuitBreaker from "opossum";
import { RealtimeError } from "../realtime/errors.ts";
import type { RelayContext } from "./relay.ts";
import { relayVideo } from "./relay.ts";

/** Milliseconds between the starts of two runs of a video: 20 updates a second are what a hot video is allowed. */
const GAP = 50;

export interface InlineRelay {
  /** Relays the video now, waiting for it at most the deadline. Never throws: the task is the guarantee, this is the speed. */
  run(videoId: string): Promise<void>;
  /** Waits for what still runs. */
  close(): Promise<void>;
}

/**
 * The relay run by the request that made the change, since Cloud Tasks may be minutes late. One run per video at a time: a change
 * that was committed while one runs may have been missed by it, so those who come meanwhile share the next. The first of them waits
 * for it, which keeps the process's CPU; the others need not.
 * @param deadline milliseconds that a request waits; 0 turns the inline relay off
 */
export function createInlineRelay(
  context: RelayContext,
  deadline: number,
  relay: (videoId: string) => Promise<void> = (videoId) => relayVideo(context, videoId),
): InlineRelay {
  const { log, metrics, alerts } = context;
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  const started = new Map<string, number>();
  // While the Realtime Database is away, requests do not wait for it: after half of 10 failed, one try every 5 s.
  const breaker = new CircuitBreaker(relay, {
    timeout: false,
    volumeThreshold: 10,
    errorThresholdPercentage: 50,
    resetTimeout: 5_000,
    // One video that is refused says nothing of the others.
    errorFilter: (error: unknown) => error instanceof RealtimeError && error.kind !== "away",
  });
  breaker.on("open", () => {
    alerts.raise("breaker", "", "inline relay off: it fails; changes wait for their tasks", {});
  });

  function start(videoId: string): Promise<void> {
    started.set(videoId, performance.now());
    const run = breaker
      .fire(videoId)
      .catch((error: unknown) => {
        const kind = error instanceof RealtimeError ? error.kind : "other";
        metrics.failures.add(1, { operation: "inline", kind });
        if (!breaker.opened) log.warn("inline relay failed; the task will do it", { video_id: videoId }, error);
      })
      .finally(() => {
        running.delete(videoId);
        forget(videoId).catch(() => {});
      });
    running.set(videoId, run);
    return run;
  }

  async function forget(videoId: string): Promise<void> {
    await setTimeout(GAP, undefined, { ref: false });
    if (!running.has(videoId) && !next.has(videoId)) started.delete(videoId);
  }

  /** Undefined where another request waits for the run that will have the change. */
  function join(videoId: string): Promise<void> | undefined {
    if (next.has(videoId)) return undefined;
    const current = running.get(videoId);
    const early = () => (started.get(videoId) ?? -GAP) + GAP - performance.now();
    if (!current && early() <= 0) return start(videoId);
    const following = (current ?? Promise.resolve())
      .then(() => setTimeout(Math.max(0, early())))
      .then(() => {
        next.delete(videoId);
        return start(videoId);
      });
    next.set(videoId, following);
    return following;
  }

  return {
    async run(videoId) {
      if (deadline === 0) return;
      const run = join(videoId);
      if (!run) return;
      const late = new AbortController();
      await Promise.race([run, setTimeout(deadline, undefined, late)]);
      late.abort();
    },
    async close() {
      while (running.size > 0 || next.size > 0) await Promise.all([...running.values(), ...next.values()]);
      breaker.shutdown();
    },
  };
}
