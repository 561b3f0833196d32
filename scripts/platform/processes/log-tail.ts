import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const READ_BYTES = 16 * 1024;

/** The last lines of a log, without terminal colours; empty when there is no such file. */
export function logTail(file: string, lines: number): string {
  let descriptor;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, READ_BYTES));
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return stripVTControlCharacters(bytes.toString("utf8")).trimEnd().split("\n").slice(-lines).join("\n");
  } finally {
    closeSync(descriptor);
  }
}
