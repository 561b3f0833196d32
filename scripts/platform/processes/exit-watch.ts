import type { Child } from "./child.ts";
import { logTail } from "./log-tail.ts";
import { Problem } from "../problem.ts";

/** Turns the end of a part that must live into a rejection, so that one place can wait for work and death at once. */
export interface DeathWatch {
  /** Rejects with a Problem that shows the end of the dead part's log; never resolves. */
  died: Promise<never>;
  onDeath: (child: Child, how: string) => void;
}

export function watchForDeath(): DeathWatch {
  const { promise, reject } = Promise.withResolvers<never>();
  return {
    died: promise,
    onDeath(child, how) {
      reject(
        new Problem(`${child.name} ended (${how}). Its log, ${child.logFile}, ends:\n${logTail(child.logFile, 12)}`),
      );
    },
  };
}
