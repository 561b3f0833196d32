import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";
import { problemWithLog } from "./log-tail.ts";

/**
 * Polls ten times a second until `isReady` resolves with true.
 * @throws Problem with the end of the log, once the process has exited or the time is up. The default time allows for a
 * slow, busy machine.
 */
export async function waitUntilReady(
  child: Child,
  isReady: () => Promise<boolean>,
  timeoutSeconds = 300,
): Promise<void> {
  let exitReason: string | undefined;
  void child.exited.then((reason) => (exitReason = reason));
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!(await isReady())) {
    if (exitReason !== undefined) throw problemWithLog(`${child.name} ended (${exitReason}).`, child.logFile);
    if (Date.now() > deadline) {
      throw problemWithLog(`${child.name} was not ready after ${timeoutSeconds} s.`, child.logFile);
    }
    await sleep(100);
  }
}
