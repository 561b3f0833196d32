/** Calls the function at the first signal that asks the process to end; further ones (npm passes on what the terminal sent too) are ignored. */
export function onSignal(end: (signal: NodeJS.Signals) => Promise<void>): void {
  let ending = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      void end(signal);
    });
  }
}
