import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "./problem.ts";

export interface FillOptions {
  /** Prints a line for the person at the keyboard. */
  print: (line: string) => void;
  isStopping: () => boolean;
  pauseMs?: number;
  /** How often it is tried. */
  attempts?: number;
}

/**
 * Fills the Realtime Database, again if that fails: the server may be frozen or away for a while. After 30 tries, 5 s apart, it is left to
 * the schedules, which try on. Rejects only while the platform stops.
 */
export async function fillPatiently(fill: () => Promise<void>, options: FillOptions): Promise<void> {
  const { print, isStopping, pauseMs = 5_000, attempts = 30 } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fill();
      return;
    } catch (error) {
      if (isStopping()) throw error;
      print(`the Realtime Database could not be filled: ${messageOf(error)}`);
    }
    if (attempt >= attempts) break;
    print(`trying again in ${pauseMs / 1000} s`);
    await sleep(pauseMs);
  }
  print("the schedules go on trying to fill it (logs/schedules.log)");
}
