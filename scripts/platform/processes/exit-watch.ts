import type { ExitHandler } from "./child.ts";
import { problemWithLog } from "./log-tail.ts";

/** Turns the unexpected exit of a process into a rejection that other work can race against. */
export interface ExitWatch {
  /** Rejects with a Problem that names the cause found in the process's log, or quotes its end. Never resolves. */
  failed: Promise<never>;
  onExit: ExitHandler;
}

export function watchExits(): ExitWatch {
  const { promise, reject } = Promise.withResolvers<never>();
  return {
    failed: promise,
    onExit: (child, reason) => reject(problemWithLog(`${child.name} ended (${reason}).`, child.logFile)),
  };
}
