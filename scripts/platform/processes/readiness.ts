import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";
import { problemWithLog } from "./log-tail.ts";

/**
 * Polls ten times a second until `isReady` resolves with true.
 * @throws Problem with the end of the log, once the process has exited or the time is up, even if `isReady` does not return. The
 * default time allows for a slow, busy machine.
 */
export async function waitUntilReady(
  child: Child,
  isReady: () => Promise<boolean>,
  timeoutSeconds = 300,
): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const poll = async () => {
    while (!signal.aborted && !(await isReady())) await sleep(100, undefined, { signal });
  };
  const failOnExit = async () => {
    const reason = await child.exited;
    if (!signal.aborted) throw problemWithLog(`${child.name} ended (${reason}).`, child.logFile);
  };
  const failInTime = async () => {
    await sleep(timeoutSeconds * 1000, undefined, { signal });
    throw problemWithLog(`${child.name} was not ready after ${timeoutSeconds} s.`, child.logFile);
  };
  try {
    await Promise.race([poll(), failOnExit(), failInTime()]);
  } finally {
    over.abort();
  }
}
