import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import type { ChildOptions } from "../../../scripts/platform/processes/child.ts";
import { readProcessIdentity } from "../../../scripts/bootstrap/process-identity.mjs";
import { isGroupAlive, killGroup } from "../../../scripts/platform/processes/process-table.ts";
import { readRun, writeRun } from "../../../scripts/platform/processes/run-file.ts";
import { type Supervisor, createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

/** A shell that prints its child's process id and ignores SIGTERM. Neither process ends by itself. */
const FAMILY = "sleep 300 & echo $!; trap '' TERM; wait; sleep 300";

const folder = useTemporaryFolder();
const supervisors: Supervisor[] = [];
const groups: number[] = [];

afterEach(async () => {
  for (const supervisor of supervisors.splice(0)) await supervisor.stop();
  for (const group of groups.splice(0)) await killGroup(group);
});

async function supervise(printed: string[] = []): Promise<Supervisor> {
  const supervisor = await createSupervisor(folder.path, (line) => printed.push(line));
  supervisors.push(supervisor);
  return supervisor;
}

function shell(script: string): ChildOptions {
  return {
    name: "family",
    command: "sh",
    args: ["-c", script],
    logFile: join(folder.path, "family.log"),
    graceMs: 300,
  };
}

function findGrandchild(): Promise<number> {
  return until(
    "the grandchild's process id",
    async () => Number(await readFile(join(folder.path, "family.log"), "utf8").catch(() => "")) || undefined,
  );
}

test("stopping ends a child that ignores SIGTERM, and its own child", async () => {
  const supervisor = await supervise();
  const exits: string[] = [];
  const child = await supervisor.start(shell(FAMILY), (_, reason) => exits.push(reason));
  const grandchild = await findGrandchild();
  await supervisor.stop();
  expect([readProcessIdentity(child.pid), readProcessIdentity(grandchild)]).toEqual([undefined, undefined]);
  expect(exits).toEqual([]);
  expect(readRun(folder.path)).toBeUndefined();
});

test("control: killing only the child leaves its own child alive", async () => {
  const supervisor = await supervise();
  const child = await supervisor.start(shell(FAMILY), () => {});
  const grandchild = await findGrandchild();
  process.kill(child.pid, "SIGKILL");
  await child.exited;
  expect(readProcessIdentity(grandchild)).toBeDefined();
  groups.push(child.pid);
});

test("a child that exits by itself is reported with the reason, and is no longer recorded", async () => {
  const supervisor = await supervise();
  const reason = await new Promise((resolve) => {
    void supervisor.start(shell("exit 7"), (_, exitReason) => resolve(exitReason));
  });
  expect(reason).toBe("exit code 7");
  expect(readRun(folder.path)?.groups).toEqual([]);
});

test("nothing starts after the stop", async () => {
  const supervisor = await supervise();
  await supervisor.stop();
  await expect(supervisor.start(shell(FAMILY), () => {})).rejects.toThrow("the platform is stopping");
});

test("a child that is being started during the stop ends too", async () => {
  const supervisor = await supervise();
  const starting = supervisor.start(shell(FAMILY), () => {});
  await supervisor.stop();
  const { pid } = await starting;
  groups.push(pid);
  expect(isGroupAlive(pid)).toBe(false);
});

test("a second supervisor in the same folder is refused while the first lives", async () => {
  await supervise();
  await expect(createSupervisor(folder.path, () => {})).rejects.toThrow(
    `already runs in this folder (process ${process.pid})`,
  );
});

test("the next start kills what a killed run left behind", async () => {
  const owner = spawnOwner();
  const grandchild = await findGrandchild();
  const group = await until("the record", () => readRun(folder.path)?.groups[0]?.pid);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  expect(isGroupAlive(group)).toBe(true);

  const printed: string[] = [];
  await supervise(printed);
  expect([isGroupAlive(group), readProcessIdentity(grandchild)]).toEqual([false, undefined]);
  expect(printed).toEqual([`Stopping family (process ${group}), left behind by a killed run`]);
});

test("another process that got a recorded process id is left alone", async () => {
  const stranger = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  const { pid } = stranger;
  if (pid === undefined) throw new Error("it did not start");
  groups.push(pid);
  writeRun(folder.path, { pid, identity: "earlier", groups: [{ name: "family", pid, identity: "earlier" }] });
  await supervise();
  expect(readProcessIdentity(pid)).toBeDefined();
});

/** Another process that supervises a family in the folder. */
function spawnOwner(): ChildProcess {
  const module = join(import.meta.dirname, "../../../scripts/platform/processes/supervisor.ts");
  const script = `
    const { createSupervisor } = await import(${JSON.stringify(module)});
    const supervisor = await createSupervisor(${JSON.stringify(folder.path)}, () => {});
    await supervisor.start(${JSON.stringify(shell(FAMILY))}, () => {});
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
}
