import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem, messageOf } from "../platform/problem.ts";
import { beforeSignalEnds, isSignalled } from "../platform/processes/signals.ts";

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
  const off = beforeSignalEnds(async (signal) => {
    await stopPrograms(signal);
    print(`\nInterrupted. ${isLive ? live : nothingLive}`);
  });
  for (const [index, { name, command, run, ...step }] of steps.entries()) {
    print(`${index + 1}/${steps.length} ${name}: ${command}`);
    if (isDryRun) continue;
    isLive ||= step.isLive ?? false;
    try {
      await run();
    } catch (error) {
      // What the signal stopped has failed. The signal's handler still waits for the rest, and then ends the process.
      if (isSignalled()) await new Promise(() => {});
      off();
      const rest = isLive ? live : nothingLive;
      throw new Problem(`${name} failed: ${messageOf(error)}\n${rest}`, { cause: error });
    }
  }
  off();
}

/** The programs on the terminal that run now. */
const programs = new Set<ChildProcess>();
/** How long a program may take to end after a signal. */
const GRACE_MS = 10_000;

/** A signal to this process alone does not reach what it started: the Firebase CLI would go on and deploy. */
async function stopPrograms(signal: NodeJS.Signals): Promise<void> {
  await Promise.all(
    [...programs].map(async (program) => {
      const exited = once(program, "exit");
      program.kill(signal);
      const exit = new AbortController();
      await Promise.race([exited, sleep(GRACE_MS, undefined, { signal: exit.signal })]);
      exit.abort();
      program.kill("SIGKILL");
    }),
  );
}

/** Runs a program on the terminal. @throws Problem unless it ends with 0 */
export async function runCommandLine(command: string, args: string[], cwd: string, env = process.env): Promise<void> {
  const child = spawn(command, args, { cwd, env, stdio: "inherit" });
  programs.add(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  }).finally(() => programs.delete(child));
  if (code !== 0) throw new Problem(`${[command, ...args].join(" ")} ended with ${code ?? "a signal"}`);
}
