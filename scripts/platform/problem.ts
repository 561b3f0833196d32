/** Something the person at the keyboard can mend: its message is one line with the cause and the cure. */
export class Problem extends Error {
  override name = "Problem";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  // A refused connection to a name with several addresses has a code, and its messages one level down.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a command's main function; a Problem becomes its line, as do arguments that it does not have, anything else its stack, and all
 * end the process with 1.
 */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const isPlain = error instanceof Problem || isArgumentError(error);
    console.error(isPlain ? messageOf(error) : error);
    process.exit(1);
  }
}

/** What `parseArgs` throws. */
function isArgumentError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}
