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

/** Does `stop` on the first signal, then ends as if nobody had handled it. @returns what takes the handlers away again */
export function beforeSignalEnds(stop: () => Promise<void>): () => void {
  const off = onSignal(async (signal) => {
    await stop().catch(() => {});
    off();
    process.kill(process.pid, signal);
  });
  return off;
}
