import type { Logger } from "./log.ts";

/** Cloud Run kills 10 s after SIGTERM: 8 s for what runs, the rest for letting go. */
const PATIENCE = 8_000;

export interface Lifecycle {
  /** Has the process wait for this before it ends. */
  track<T>(work: Promise<T>): Promise<T>;
}

/**
 * A graceful end: at SIGTERM what runs is finished, `close` lets go, and the process ends. Takes the signal over from
 * functions-framework, which would end at once and answer the request under way with a 500.
 * @see https://cloud.google.com/run/docs/container-contract#instance-shutdown
 */
export function endGracefully(log: Logger, close: () => Promise<void>): Lifecycle {
  const running = new Set<Promise<unknown>>();

  async function end(): Promise<void> {
    log.info("SIGTERM: finishing what runs", { running: running.size });
    const late = setTimeout(() => {
      log.warn("ended with work under way; the sweep and the clients' retries take it up", { running: running.size });
      process.exit(1);
    }, PATIENCE);
    while (running.size > 0) await Promise.allSettled(running);
    await close();
    clearTimeout(late);
    process.exit(0);
  }

  process.removeAllListeners("SIGTERM");
  process.once("SIGTERM", () => void end());
  return {
    async track(work) {
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
  };
}
