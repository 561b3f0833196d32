import { mkdirSync, rmSync } from "node:fs";
import { type Child, type ChildOptions, startChild } from "./child.ts";
import { processIdentity } from "./process-table.ts";
import { type Run, endLeftovers, removeRun, writeRun } from "./run-file.ts";

/** The processes of one platform: recorded in its run file while they live, ended together. */
export interface Supervisor {
  /** Starts a process that is meant to stay; `onEnd` is called when it ends without having been told to. */
  start(options: ChildOptions, onEnd: (child: Child, how: string) => void): Promise<Child>;
  /** Adds to the run file what other commands may want to know. */
  announce(facts: Pick<Run, "mysqlUrl">): void;
  readonly stopping: boolean;
  /** Ends all, the last started first. Nothing starts afterwards. Safe to repeat. */
  stop(): Promise<void>;
}

/** Takes over the folder: ends what a killed run left in it; a Problem when one is still running there. */
export async function createSupervisor(folder: string, say: (line: string) => void): Promise<Supervisor> {
  mkdirSync(folder, { recursive: true });
  await endLeftovers(folder, say);
  const children = new Set<Child>();
  const logs = new Set<string>();
  const run: Run = { pid: process.pid, identity: processIdentity(process.pid) ?? "", groups: [] };
  let stopping: Promise<void> | undefined;

  function record(): void {
    run.groups = [...children].map(({ name, pid }) => ({ name, pid, identity: processIdentity(pid) ?? "" }));
    writeRun(folder, run);
  }
  record();

  async function noticeEnd(child: Child, onEnd: (child: Child, how: string) => void): Promise<void> {
    const how = await child.exited;
    if (stopping) return;
    children.delete(child);
    record();
    onEnd(child, how);
  }

  return {
    async start(options, onEnd) {
      if (stopping) throw new Error(`${options.name} is not started: the platform is stopping`);
      if (!logs.has(options.logFile)) rmSync(options.logFile, { force: true });
      logs.add(options.logFile);
      const child = await startChild(options);
      children.add(child);
      record();
      void noticeEnd(child, onEnd);
      return child;
    },
    announce(facts) {
      Object.assign(run, facts);
      record();
    },
    get stopping() {
      return stopping !== undefined;
    },
    async stop() {
      stopping ??= (async () => {
        for (const child of [...children].toReversed()) await child.stop();
        removeRun(folder);
      })();
      await stopping;
    },
  };
}
