import { createInterface } from "node:readline";
import { Problem } from "../platform/problem.ts";

export interface Confirmation {
  /** What will be done, in one line. */
  what: string;
  /** What the person has to type. */
  word: string;
  /** What to give instead, for a command that nobody watches. */
  instead: string;
}

/** The streams of the terminal. A test brings its own. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  isTerminal: boolean;
}

/** Standard output stays free for the command's result. */
const ownTerminal = (): Terminal => ({
  input: process.stdin,
  output: process.stderr,
  isTerminal: process.stdin.isTTY,
});

/** Has the person at the terminal type a word. @throws Problem if they type something else, or nobody is at a terminal */
export async function confirm({ what, word, instead }: Confirmation, terminal = ownTerminal()): Promise<void> {
  const { input, output, isTerminal } = terminal;
  if (!isTerminal) throw new Problem(`Nothing was done. ${what}: give ${instead} to confirm it.`);
  const lines = createInterface({ input, output });
  try {
    const typed = await new Promise<string>((resolve) => {
      // The end of the input, or Ctrl-C.
      lines.once("close", () => resolve(""));
      lines.once("line", resolve);
      lines.setPrompt(`${what}. Type ${word} to confirm: `);
      lines.prompt();
    });
    if (typed.trim() !== word) throw new Problem("Nothing was done: that is not what was asked for.");
  } finally {
    lines.close();
  }
}
