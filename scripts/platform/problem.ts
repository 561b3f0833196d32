import { errorFields } from "../../functions/src/runtime/log.ts";

/** Something that the person at the keyboard can fix. The message tells the cause and the cure. The command exits with 1. */
export class Problem extends Error {
  override name = "Problem";
  readonly exitCode: number = 1;
}

/** The video or user that was named does not exist. The command exits with 3. */
export class NotFound extends Problem {
  override readonly exitCode = 3;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  // A connection that is refused by each of a name's addresses has its messages one level down.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a command's main function. On an error it prints the message of a Problem, of wrong arguments or of a file that cannot be
 * written, and what may be shown of anything else, and exits with the Problem's exit code or 1.
 */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const isExpected = error instanceof Problem || isArgumentError(error) || isFileError(error);
    console.error(isExpected ? messageOf(error) : Object.values(errorFields(error)).filter(Boolean).join("\n"));
    process.exit(error instanceof Problem ? error.exitCode : 1);
  }
}

/** Whether `parseArgs` threw it. */
function isArgumentError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}

/** Whether the disk or a folder's rights are the cause: the message names the file. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "code" in error && FILE_ERRORS.has(String(error.code));
}

const FILE_ERRORS = new Set(["EACCES", "EDQUOT", "EEXIST", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"]);
