import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killGroup } from "./process-table.ts";

export interface ChildOptions {
  name: string;
  command: string;
  args: string[];
  /** Standard output and standard error are appended here. */
  logFile: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** How long the process may take to exit after SIGTERM. */
  graceMs?: number;
}

/** A child process. It leads its own process group, so a terminal's Ctrl-C reaches it only through us. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with how the process ended: "exit code 3" or "killed by SIGKILL". Never rejects. */
  readonly exited: Promise<string>;
  /** Sends SIGTERM to the process and, after `graceMs` or its exit, SIGKILL to its whole group. Safe to repeat. */
  stop(): Promise<void>;
}

/** Called when a process exits without having been stopped. `reason` is what `Child.exited` resolved with. */
export type ExitHandler = (child: Child, reason: string) => void;

/** Starts a process. Resolves once it runs; rejects when it cannot be started. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, command, args, logFile, graceMs = 10_000 } = options;
  const log = openLog(logFile);
  const started = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  await new Promise((resolve, reject) => {
    started.once("spawn", resolve);
    started.once("error", reject);
  });
  const { pid } = started;
  if (pid === undefined) throw new Error(`${name} has no process id`);

  const exited = new Promise<string>((resolve) => {
    started.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
  });
  return {
    name,
    pid,
    logFile,
    exited,
    async stop() {
      started.kill("SIGTERM");
      const exit = new AbortController();
      await Promise.race([exited, sleep(graceMs, undefined, { signal: exit.signal })]);
      exit.abort();
      await killGroup(pid);
    },
  };
}

export interface ProgramOptions {
  command: string;
  args: string[];
  /** Standard output and standard error are appended here. */
  logFile: string;
  env?: NodeJS.ProcessEnv;
  /** Standard input. */
  input?: string;
}

/** Runs a program to its end, in our own process group. Resolves with whether its exit code was 0. */
export async function runProgram({ command, args, logFile, env, input = "" }: ProgramOptions): Promise<boolean> {
  const log = openLog(logFile);
  const program = spawn(command, args, { env: env ?? process.env, stdio: ["pipe", log, log] });
  closeSync(log);
  // A program that refuses its options closes its input early. The exit code tells.
  program.stdin?.on("error", () => {});
  program.stdin?.end(input);
  return new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (code) => resolve(code === 0));
  });
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, "a");
}
