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

/** Runs a command's main function; a Problem becomes its line, anything else its stack, and both end the process with 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    process.exit(1);
  }
}
