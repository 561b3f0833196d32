import { Problem } from "../platform/problem.ts";

/** What the person at the keyboard gave a command. */
export interface Arguments {
  videoId: string | undefined;
  all: boolean;
  dryRun: boolean;
  /** Remove the mirrors of videos that MySQL does not know. */
  prune: boolean;
}

/** What a command prints: the data with `--json`, otherwise the text. */
export interface Result {
  data: unknown;
  text: string;
  exitCode?: number;
}

export const noVideo = (id: string) => new Problem(`There is no video ${id}.`);

/** Returns a function to call for each subject that is done. It prints a line to standard error now and then. */
export function progress(): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (done % 1_000 === 0) console.error(`${done} done …`);
  };
}
