import type { Logger } from "./log.ts";

/** For the work under way and for closing, together. Cloud Run kills 10 s after SIGTERM. */
const GRACE_MS = 8_000;

export interface Lifecycle {
  /** Makes the process wait for this work before it ends. */
  track<T>(work: Promise<T>): Promise<T>;
}

/**
 * Ends the process gracefully at SIGTERM: work under way is finished, `close` releases what is open, and the process ends. Takes the
 * signal over from functions-framework, which would end at once and answer the requests under way with a 500. Logs an error that nothing
 * catches, without its secrets, before the process ends.
 * @see https://cloud.google.com/run/docs/container-contract#instance-shutdown
 */
export function endGracefully(log: Logger, close: () => Promise<void>): Lifecycle {
  const underWay = new Set<Promise<unknown>>();

  async function end(): Promise<void> {
    log.info("SIGTERM: finishing the work under way", { running: underWay.size });
    const timer = setTimeout(() => {
      log.warn("ended before all was finished and closed; the sweep and the clients' retries will do what is left", {
        running: underWay.size,
      });
      process.exit(1);
    }, GRACE_MS);
    while (underWay.size > 0) await Promise.allSettled(underWay);
    await close();
    clearTimeout(timer);
    process.exit(0);
  }

  // The framework and Node would print the whole error, and a driver's error holds the values of its statement.
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.removeAllListeners(event);
    process.on(event, (error: unknown) => {
      log.error("nothing caught this error: the process ends", { event }, error);
      process.exit(1);
    });
  }
  process.removeAllListeners("SIGTERM");
  process.once("SIGTERM", () => void end());
  return {
    async track(work) {
      underWay.add(work);
      try {
        return await work;
      } finally {
        underWay.delete(work);
      }
    },
  };
}
