import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isGroupAlive, signalGroup } from "./process-table.ts";

export interface ChildOptions {
  name: string;
  command: string;
  args: string[];
  /** Both of its outputs are appended here. */
  logFile: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** How long it may take to end by itself after SIGTERM, in milliseconds. */
  graceMs?: number;
}

/** A process of ours with its descendants: it leads its own process group, so a Ctrl-C reaches it only through us. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles, with how it ended, when the process itself is gone. Never rejects. */
  readonly exited: Promise<string>;
  /** SIGTERM to the process, after its grace SIGKILL to all of its group. Safe to repeat. */
  stop(): Promise<void>;
}

/** Starts a process and settles once it runs; rejects when it cannot be started at all. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, command, args, logFile, graceMs = 10_000 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a");
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
      const late = new AbortController();
      await Promise.race([exited, sleep(graceMs, undefined, { signal: late.signal })]);
      late.abort();
      await endGroup(pid);
    },
  };
}

/** Kills what is left of a group and waits until the system has taken it away (at most five seconds). */
export async function endGroup(group: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (isGroupAlive(group) && Date.now() < deadline) {
    signalGroup(group, "SIGKILL");
    await sleep(20);
  }
}
