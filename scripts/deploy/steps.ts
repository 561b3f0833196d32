import { spawn } from "node:child_process";
import { Problem, messageOf } from "../platform/problem.ts";
import { beforeSignalEnds } from "../platform/processes/signals.ts";

/** One step of a deployment. */
export interface Step {
  name: string;
  /** What a person would type. */
  command: string;
  run: () => Promise<void>;
  /** Whether users see something of it: from then on, a failure needs a way back. */
  isLive?: boolean;
}

export interface RunOptions {
  /** Prints the commands, and runs none. */
  isDryRun: boolean;
  print: (line: string) => void;
  /** What leads back to the release before. */
  wayBack: string;
}

/**
 * Runs the steps one after the other.
 * @throws Problem when one fails, with the way back if users may see the failure
 */
export async function runSteps(steps: readonly Step[], { isDryRun, print, wayBack }: RunOptions): Promise<void> {
  let isLive = false;
  const live = `Some of the new release may be live. The way back: ${wayBack}`;
  const nothingLive = "Nothing that users see has changed. Correct it, and run this again.";
  const off = beforeSignalEnds(async () => print(`\nInterrupted. ${isLive ? live : nothingLive}`));
  for (const [index, { name, command, run, ...step }] of steps.entries()) {
    print(`${index + 1}/${steps.length} ${name}: ${command}`);
    if (isDryRun) continue;
    isLive ||= step.isLive ?? false;
    try {
      await run();
    } catch (error) {
      off();
      const rest = isLive ? live : nothingLive;
      throw new Problem(`${name} failed: ${messageOf(error)}\n${rest}`, { cause: error });
    }
  }
  off();
}

/** Runs a program on the terminal. @throws Problem unless it ends with 0 */
export async function runCommandLine(command: string, args: string[], cwd: string, env = process.env): Promise<void> {
  const child = spawn(command, args, { cwd, env, stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) throw new Problem(`${[command, ...args].join(" ")} ended with ${code ?? "a signal"}`);
}
