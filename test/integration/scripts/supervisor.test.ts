import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ChildOptions, endGroup } from "../../../scripts/platform/processes/child.ts";
import { isGroupAlive, processIdentity } from "../../../scripts/platform/processes/process-table.ts";
import { readRun, writeRun } from "../../../scripts/platform/processes/run-file.ts";
import { type Supervisor, createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { until } from "../../support/until.ts";

/** A shell that says its child's number and leaves SIGTERM to it; neither ends by itself. */
const FAMILY = "sleep 300 & echo $!; trap '' TERM; wait; sleep 300";

let folder = "";
const supervisors: Supervisor[] = [];
const groups: number[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "supervisor-"));
});

afterEach(async () => {
  for (const supervisor of supervisors.splice(0)) await supervisor.stop();
  for (const group of groups.splice(0)) await endGroup(group);
});

async function supervise(said: string[] = []): Promise<Supervisor> {
  const supervisor = await createSupervisor(folder, (line) => said.push(line));
  supervisors.push(supervisor);
  return supervisor;
}

function shell(script: string): ChildOptions {
  return { name: "family", command: "sh", args: ["-c", script], logFile: join(folder, "family.log"), graceMs: 300 };
}

function grandchild(): Promise<number> {
  return until(
    "the grandchild's number",
    async () => Number(await readFile(join(folder, "family.log"), "utf8").catch(() => "")) || undefined,
  );
}

test("stopping ends a child that ignores SIGTERM, and its own child", async () => {
  const supervisor = await supervise();
  const ended: string[] = [];
  const child = await supervisor.start(shell(FAMILY), (_, how) => ended.push(how));
  const sleeper = await grandchild();
  await supervisor.stop();
  expect([processIdentity(child.pid), processIdentity(sleeper)]).toEqual([undefined, undefined]);
  expect(ended).toEqual([]);
  expect(readRun(folder)).toBeUndefined();
});

test("control: ending the child alone leaves its own child alive", async () => {
  const supervisor = await supervise();
  const child = await supervisor.start(shell(FAMILY), () => {});
  const sleeper = await grandchild();
  process.kill(child.pid, "SIGKILL");
  await child.exited;
  expect(processIdentity(sleeper)).toBeDefined();
  groups.push(child.pid);
});

test("a child that ends by itself is reported with how, and is no longer recorded", async () => {
  const supervisor = await supervise();
  const how = await new Promise((resolve) => {
    void supervisor.start(shell("exit 7"), (_, end) => resolve(end));
  });
  expect(how).toBe("exit code 7");
  expect(readRun(folder)?.groups).toEqual([]);
});

test("nothing starts after the stop", async () => {
  const supervisor = await supervise();
  await supervisor.stop();
  await expect(supervisor.start(shell(FAMILY), () => {})).rejects.toThrow("the platform is stopping");
});

test("a second one in the same folder is refused while the first lives", async () => {
  await supervise();
  await expect(createSupervisor(folder, () => {})).rejects.toThrow(
    `already runs in this folder (process ${process.pid})`,
  );
});

test("what a killed run left behind is ended at the next start", async () => {
  const owner = runOwner();
  const sleeper = await grandchild();
  const group = await until("the record", () => readRun(folder)?.groups[0]?.pid);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  expect(isGroupAlive(group)).toBe(true);

  const said: string[] = [];
  await supervise(said);
  expect([isGroupAlive(group), processIdentity(sleeper)]).toEqual([false, undefined]);
  expect(said).toEqual([`Ending family (process ${group}), which a killed run left behind`]);
});

test("a process that only has a recorded number is left alone", async () => {
  const stranger = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  const { pid } = stranger;
  if (pid === undefined) throw new Error("it did not start");
  groups.push(pid);
  writeRun(folder, { pid: pid, identity: "earlier", groups: [{ name: "family", pid, identity: "earlier" }] });
  await supervise();
  expect(processIdentity(pid)).toBeDefined();
});

/** Another process that supervises a family in the folder. */
function runOwner(): ChildProcess {
  const module = join(import.meta.dirname, "../../../scripts/platform/processes/supervisor.ts");
  const script = `
    const { createSupervisor } = await import(${JSON.stringify(module)});
    const supervisor = await createSupervisor(${JSON.stringify(folder)}, () => {});
    await supervisor.start(${JSON.stringify(shell(FAMILY))}, () => {});
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
}
