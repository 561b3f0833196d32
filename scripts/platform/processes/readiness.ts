import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";
import { logTail } from "./log-tail.ts";
import { Problem } from "../problem.ts";

/**
 * Asks again, ten times a second, until the answer is yes; a Problem with the log's end when the process ends, which is noticed at once,
 * or time is up, which is meant for a machine that is slow or does something else too.
 */
export async function untilReady(child: Child, isReady: () => Promise<boolean>, seconds = 300): Promise<void> {
  let ended = "";
  void child.exited.then((how) => (ended = how));
  const deadline = Date.now() + seconds * 1000;
  while (!(await isReady())) {
    const late = Date.now() > deadline;
    if (!ended && !late) {
      await sleep(100);
      continue;
    }
    throw new Problem(
      `${child.name} ${ended ? `ended (${ended})` : `was not ready after ${seconds} s`}. Its log, ${child.logFile}, ends:\n` +
        logTail(child.logFile, 12),
    );
  }
}
