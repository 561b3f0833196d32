/** Calls `stop` on the first SIGINT, SIGTERM or SIGHUP. Later ones are ignored: npm repeats what the terminal sent. */
export function onSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop(signal);
    });
  }
}
