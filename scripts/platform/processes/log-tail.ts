import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { Problem } from "../problem.ts";
import { findCauses } from "./log-causes.ts";

const MAX_BYTES = 16 * 1024;
/** A stack, or the notes of a server that shuts down, may follow the cause. */
const CAUSE_LINES = 100;

/** The last lines of a log, without terminal colours. Empty when there is no such file. */
export function readLogTail(file: string, lineCount: number): string {
  let descriptor;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, MAX_BYTES));
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return stripVTControlCharacters(bytes.toString("utf8")).trimEnd().split("\n").slice(-lineCount).join("\n");
  } finally {
    closeSync(descriptor);
  }
}

/** A Problem that names the causes in a log, or quotes its end if none is found. */
export function problemWithLog(message: string, logFile: string): Problem {
  const causes = findCauses(readLogTail(logFile, CAUSE_LINES));
  if (causes.length > 0) return new Problem(`${message}\n${causes.join("\n")}\nMore is in its log, ${logFile}`);
  return new Problem(`${message} The end of its log, ${logFile}:\n${readLogTail(logFile, 12)}`);
}
