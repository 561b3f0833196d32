import { readLines } from "../platform/lines.ts";
import { Problem } from "../platform/problem.ts";
import type { ImportedComment } from "../../functions/src/services/transfer/import-comments.ts";
import { parseLine } from "./record.ts";

/** Comments, and characters, in one transaction. */
const BATCH = { comments: 200, length: 1_000_000 };
/** A comment with its 100 earlier texts, each character of them escaped as two units, is 2.5 million characters long. */
const MAX_LINE_LENGTH = 4_000_000;

export interface ReadOptions {
  /** Called with the number of bytes of each line. */
  onRead: (bytes: number) => void;
  /** Called with the header, if there is one. */
  onHeader: (header: { id: string }) => void;
  /** Called with what is wrong with a line. Unless it throws, the line is skipped. */
  onInvalid: (problem: string) => void;
}

/** Comments with their lines' numbers in the file, from 1. */
export type Batch = Map<number, ImportedComment>;

/**
 * Reads the comments of an export. Before it throws, it returns the ones that it has read.
 * @throws Problem for a second header; at the end, if comments are missing
 */
export async function* readBatches(file: string, options: ReadOptions): AsyncGenerator<Batch> {
  let batch: Batch = new Map();
  let batchLength = 0;
  try {
    for await (const { comment, lineNumber, length } of readComments(file, options)) {
      batch.set(lineNumber, comment);
      batchLength += length;
      if (batch.size < BATCH.comments && batchLength < BATCH.length) continue;
      yield batch;
      batch = new Map();
      batchLength = 0;
    }
  } catch (error) {
    if (batch.size > 0) yield batch;
    throw error;
  }
  if (batch.size > 0) yield batch;
}

interface ReadComment {
  comment: ImportedComment;
  lineNumber: number;
  length: number;
}

async function* readComments(file: string, options: ReadOptions): AsyncGenerator<ReadComment> {
  const { onRead, onHeader, onInvalid } = options;
  let lineNumber = 0;
  let comments = 0;
  let expected: number | undefined;
  for await (const line of readLines(file, MAX_LINE_LENGTH)) {
    lineNumber += 1;
    onRead(Buffer.byteLength(line) + 1);
    if (line.trim() === "") continue;
    const parsed = parseLine(line);
    if ("header" in parsed) {
      const { id, comments } = parsed.header;
      if (lineNumber > 1) {
        throw new Problem(`Line ${lineNumber} begins another export, of video ${id}. Import each from its own file.`);
      }
      expected = comments;
      onHeader({ id });
      continue;
    }
    comments += 1;
    if ("problem" in parsed) onInvalid(`Line ${lineNumber} ${parsed.problem}.`);
    else yield { comment: parsed.comment, lineNumber, length: line.length };
  }
  if (expected !== undefined && comments < expected) {
    throw new Problem(`${file} is cut off: it has ${comments} of ${expected} comments. Export them again.`);
  }
}
