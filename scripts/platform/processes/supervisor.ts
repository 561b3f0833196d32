import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../../bootstrap/lock.mjs";
import { messageOf } from "../problem.ts";
import { type Child, type ChildOptions, type ExitHandler, startChild } from "./child.ts";
import { readProcessIdentity } from "../../bootstrap/process-identity.mjs";
import { type Run, killLeftovers, removeRun, writeRun } from "./run-file.ts";

/** Starts and stops the processes of one platform. Its run file lists those that run. */
export interface Supervisor {
  /** Starts a process. `onExit` is called if it exits before `stop()`. */
  start(options: ChildOptions, onExit: ExitHandler): Promise<Child>;
  /** Lists a process group in the run file that somebody else starts and stops, so that a killed run does not leave it. */
  adopt(group: { name: string; pid: number }): void;
  /** Adds to the run file what other commands need. */
  announce(facts: Pick<Run, "mysqlUrl" | "ports">): void;
  readonly isStopping: boolean;
  /** Stops all processes, the last started first. Nothing can be started afterwards. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Takes over a folder, and kills what a killed run left there.
 * @throws Problem when another platform still runs in the folder
 */
export async function createSupervisor(folder: string, print: (line: string) => void): Promise<Supervisor> {
  mkdirSync(folder, { recursive: true });
  const children = new Set<Child>();
  const starting = new Set<Promise<Child>>();
  const logFiles = new Set<string>();
  const run: Run = { pid: process.pid, identity: readProcessIdentity(process.pid) ?? "", groups: [] };
  let stopped: Promise<void> | undefined;

  const adopted: Run["groups"] = [];
  const identified = ({ name, pid }: { name: string; pid: number }) => ({
    name,
    pid,
    identity: readProcessIdentity(pid) ?? "",
  });

  function save(): void {
    run.groups = [...adopted, ...Array.from(children, identified)];
    writeRun(folder, run);
  }
  // Of two that start at once, the second finds the first one's run.
  await withLock(
    join(folder, "run.lock"),
    async () => {
      await killLeftovers(folder, print);
      save();
    },
    print,
  );

  async function watch(child: Child, onExit: ExitHandler): Promise<void> {
    const reason = await child.exited;
    if (stopped) return;
    children.delete(child);
    try {
      save();
    } catch (error) {
      // On a full disk the file still lists the child. Whoever is told of its end stops the rest.
      print(`Cannot write run.json in ${folder}: ${messageOf(error)}`);
    }
    onExit(child, reason);
  }

  async function start(options: ChildOptions): Promise<Child> {
    const started = startChild(options);
    starting.add(started);
    try {
      const child = await started;
      children.add(child);
      save();
      return child;
    } finally {
      starting.delete(started);
    }
  }

  async function stopAll(): Promise<void> {
    await Promise.allSettled([...starting]);
    for (const child of [...children].toReversed()) await child.stop();
    removeRun(folder);
  }

  return {
    async start(options, onExit) {
      if (stopped) throw new Error(`${options.name} is not started: the platform is stopping`);
      // A process that is started again in this run appends to its log.
      if (!logFiles.has(options.logFile)) rmSync(options.logFile, { force: true });
      logFiles.add(options.logFile);
      const child = await start(options);
      void watch(child, onExit);
      return child;
    },
    adopt(group) {
      adopted.push(identified(group));
      save();
    },
    announce(facts) {
      Object.assign(run, facts);
      save();
    },
    get isStopping() {
      return stopped !== undefined;
    },
    async stop() {
      stopped ??= stopAll();
      await stopped;
    },
  };
}
