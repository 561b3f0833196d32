/**
 * Calls `stop` on the first SIGINT, SIGTERM or SIGHUP. Later ones are ignored: npm repeats what the terminal sent.
 * @returns what takes the handlers away again
 */
export function onSignal(stop: (signal: NodeJS.Signals) => Promise<void>): () => void {
  let isStopping = false;
  const offs = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => {
      if (isStopping) return;
      isStopping = true;
      void stop(signal);
    };
    process.on(signal, handler);
    return () => void process.off(signal, handler);
  });
  return () => {
    for (const off of offs) off();
  };
}

type Stop = (signal: NodeJS.Signals) => Promise<void>;

const stops = new Set<Stop>();
let removeHandlers: (() => void) | undefined;
let isEnding = false;

/** Whether a signal is ending this process: what fails now fails because of that. */
export const isSignalled = (): boolean => isEnding;

/**
 * Does `stop` on the first signal, then ends as if nobody had handled it. Several are done one after the other, the last one first, and none
 * is cut off by the end of another.
 * @returns what takes `stop` away again
 */
export function beforeSignalEnds(stop: Stop): () => void {
  stops.add(stop);
  removeHandlers ??= onSignal(async (signal) => {
    isEnding = true;
    for (const one of [...stops].toReversed()) await one(signal).catch(() => {});
    removeHandlers?.();
    process.kill(process.pid, signal);
  });
  return () => {
    stops.delete(stop);
    if (stops.size > 0 || isEnding) return;
    removeHandlers?.();
    removeHandlers = undefined;
  };
}
