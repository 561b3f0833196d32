import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { readProcessIdentity } from "../../../../scripts/bootstrap/process-identity.mjs";
import { endRunsBelow, readRun, writeRun } from "../../../../scripts/platform/processes/run-file.ts";
import { createSupervisor } from "../../../../scripts/platform/processes/supervisor.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** A process that leads a group of its own, as a server does. */
function startServer(): { pid: number; identity: string; ended: Promise<unknown> } {
  const child = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  started.push(child);
  const pid = child.pid ?? 0;
  return { pid, identity: readProcessIdentity(pid) ?? "", ended: once(child, "exit") };
}

test("servers of tests end with their run, also those of a test whose process still lives", async () => {
  const gone = { pid: 2 ** 22 + 1, identity: "of a process that is gone" };
  const [left, other, owner] = [startServer(), startServer(), startServer()];
  for (const [name, by, { pid, identity }] of [
    ["test-a/mysql", gone, left],
    ["b", owner, other],
  ] as const) {
    mkdirSync(join(folder.path, name), { recursive: true });
    writeRun(join(folder.path, name), { ...by, groups: [{ name: "mysql", pid, identity }] });
  }
  const printed: string[] = [];
  await endRunsBelow(folder.path, (line) => printed.push(line));
  await Promise.all([left, other, owner].map(({ ended }) => ended));
  for (const { pid } of [left, other]) expect(printed.join()).toContain(`mysql (process ${pid})`);
  expect(readRun(join(folder.path, "b"))).toBeUndefined();
  await endRunsBelow(join(folder.path, "none"), () => {});
});

test("a run lists a group that somebody else starts", async () => {
  const supervisor = await createSupervisor(folder.path, () => {});
  const { pid, identity } = startServer();
  supervisor.adopt({ name: "jest", pid });
  expect(readRun(folder.path)?.groups).toEqual([{ name: "jest", pid, identity }]);
  await supervisor.stop();
});

test("the end of a process is told although the run file cannot be written", async () => {
  const printed: string[] = [];
  const supervisor = await createSupervisor(folder.path, (line) => printed.push(line));
  const { promise: exited, resolve } = Promise.withResolvers<string>();
  const logFile = join(folder.path, "part.log");
  await supervisor.start({ name: "part", command: "cat", args: [join(folder.path, "pipe")], logFile }, (_, reason) =>
    resolve(reason),
  );
  // As on a full disk, the file that replaces it cannot be written. The process ends, since there is no such file.
  mkdirSync(join(folder.path, "run.json.new"));
  expect(await exited).toBe("exit code 1");
  expect(printed.join()).toContain("Cannot write run.json");
  await supervisor.stop();
});

test("of two that start at once in a folder, one is refused", async () => {
  const starts = await Promise.allSettled([1, 2, 3].map(() => createSupervisor(folder.path, () => {})));
  const outcomes = starts.map((start) => (start.status === "rejected" ? String(start.reason) : "started"));
  expect(outcomes.toSorted()).toEqual([
    expect.stringContaining("It already runs in this folder"),
    expect.stringContaining("It already runs in this folder"),
    "started",
  ]);
});
