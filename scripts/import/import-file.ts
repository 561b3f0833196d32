import { stat } from "node:fs/promises";
import type { Context } from "../../functions/src/context.ts";
import {
  type Imported,
  OnAnotherVideo,
  importComments,
} from "../../functions/src/services/transfer/import-comments.ts";
import { Problem } from "../platform/problem.ts";
import type { Progress } from "../platform/progress.ts";
import { type Batch, readBatches } from "./read-batches.ts";

/** What an import did. */
export interface Summary extends Imported {
  video: string;
  /** Lines that were skipped. */
  invalid: number;
}

export interface ImportOptions {
  /** Kept up to date. */
  summary: Summary;
  skipsInvalid: boolean;
  /** Gets what the reader should know: lines that are skipped, a header of another video. */
  print: (line: string) => void;
  /** Called with the size of the file, and its result with the bytes of each line. */
  progressOf: (totalBytes: number) => Progress;
}

/**
 * Imports the comments of a file into the summary's video. Safe to repeat.
 * @throws Problem for a file that is no export
 */
export async function importFile(
  context: Context,
  file: string,
  { summary, skipsInvalid, print, progressOf }: ImportOptions,
): Promise<void> {
  const info = await stat(file).catch(() => undefined);
  if (!info || info.isDirectory()) throw new Problem(`There is no file ${file}.`);
  const progress = progressOf(info.size);
  const onInvalid = (problem: string) => {
    if (!skipsInvalid) throw new Problem(problem);
    summary.invalid += 1;
    print(problem);
  };
  const onHeader = ({ id }: { id: string }) => {
    if (id !== summary.video) print(`The file is an export of video ${id}; its comments go to ${summary.video}.`);
  };
  try {
    for await (const batch of readBatches(file, { onRead: (bytes) => progress.add(bytes), onHeader, onInvalid })) {
      const { added, existing, different } = await importBatch(context, summary.video, { batch, onInvalid });
      summary.added += added;
      summary.existing += existing;
      summary.different += different;
    }
  } finally {
    progress.end();
  }
}

async function importBatch(
  context: Context,
  video: string,
  { batch, onInvalid }: { batch: Batch; onInvalid: (problem: string) => void },
): Promise<Imported> {
  while (batch.size > 0) {
    try {
      return await importComments(context, video, [...batch.values()]);
    } catch (error) {
      if (!(error instanceof OnAnotherVideo)) throw error;
      for (const [lineNumber, { id }] of batch) {
        if (id !== error.id) continue;
        onInvalid(`Line ${lineNumber} is a comment of another video: ${id} is on ${error.videoId} already.`);
        batch.delete(lineNumber);
      }
    }
  }
  return { added: 0, existing: 0, different: 0 };
}
