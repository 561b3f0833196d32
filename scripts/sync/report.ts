import { NotFound } from "../platform/problem.ts";
import { type Progress, showProgress } from "../platform/progress.ts";

/** What the person at the keyboard gave a command. */
export interface Arguments {
  videoId: string | undefined;
  all: boolean;
  dryRun: boolean;
  /** Remove the mirrors of videos that MySQL does not know. */
  prune: boolean;
  /** Whether what destroys is not asked about. */
  isConfirmed: boolean;
}

/** What a command prints: the data with `--json`, otherwise the text. */
export interface Result {
  data: unknown;
  text: string;
  exitCode?: number;
}

export const noVideo = (id: string) => new NotFound(`There is no video ${id}.`);

const QUIET_MS = 2_000;

/** Shows how many subjects are done, after the first seconds: most commands take less. */
export function progress(): { onDone: () => void; end: () => void } {
  const startedAt = performance.now();
  let shown: Progress | undefined;
  let done = 0;
  return {
    onDone() {
      done += 1;
      if (shown) shown.add(1);
      else if (performance.now() > startedAt + QUIET_MS) {
        shown = showProgress("done");
        shown.add(done);
      }
    },
    end: () => shown?.end(),
  };
}
