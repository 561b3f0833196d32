import { expect, jest, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { local } from "../../scripts/platform/paths.ts";
import { readProcessIdentity } from "../../scripts/bootstrap/process-identity.mjs";
import { isGroupAlive, killGroup } from "../../scripts/platform/processes/process-table.ts";
import { environment } from "../support/environment.ts";
import { openConnection } from "../support/mysql/connection.ts";
import { until } from "../support/until.ts";

/** A start beside other tests takes minutes on a slow machine. A run that ended is not waited for. */
const MAX_WAIT_SECONDS = 400;
jest.setTimeout(1_200_000);

/** Starts the fault suite in a process group of its own. Collects its output and its exit code or signal. */
function start(...args: string[]) {
  const child = spawn(process.execPath, ["test/faults/run.ts", ...args], { detached: true });
  const run = { pid: child.pid!, child, output: "", code: undefined as number | string | undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (run.output += chunk.toString()));
  }
  child.once("exit", (code, signal) => (run.code = code ?? signal ?? ""));
  return run;
}

async function listDatabases(pid: number): Promise<unknown[]> {
  const connection = await openConnection(environment("MYSQL_URL"));
  const [rows] = await connection.query("SHOW DATABASES LIKE ?", [`faults\\_${pid}\\_%`]);
  await connection.end();
  return rows as unknown[];
}

type Run = ReturnType<typeof start>;

function failIfOver({ output, code }: Run): void {
  if (code !== undefined) throw new Error(`the run ended too early, with ${code}:\n${output}`);
}

function isWriting(run: Run): boolean {
  failIfOver(run);
  return run.output.includes("writes  rtdb delays");
}

async function hasDatabase(run: Run): Promise<boolean> {
  failIfOver(run);
  return (await listDatabases(run.pid)).length > 0;
}

test.each([
  ["SIGTERM", "during its faults", isWriting],
  ["SIGINT", "during its faults", isWriting],
  ["SIGTERM", "during its start", hasDatabase],
] as const)("a fault run that gets %s %s stops what it started and drops its database", async (signal, _, isReady) => {
  const run = start("--only", "rtdb delays", "--faults", "50");
  try {
    await until("the moment for the signal", () => isReady(run), MAX_WAIT_SECONDS);
    expect(await listDatabases(run.pid)).toHaveLength(1);
    run.child.kill(signal);
    await until("its exit", () => run.code !== undefined, MAX_WAIT_SECONDS);
    // "exit" may come before the last data.
    await until("the end of its output", () => run.child.stdout.readableEnded && run.child.stderr.readableEnded);
    expect([run.code, run.output]).toEqual([1, expect.stringMatching(/\nInterrupted\.\n$/)]);
    // A killed process takes a moment to disappear.
    await until("its children's exit", () => !isGroupAlive(run.pid));
    expect(await listDatabases(run.pid)).toEqual([]);
  } finally {
    await killGroup(run.pid);
  }
});

test("control: a fault run that is killed leaves its children", async () => {
  const run = start("--only", "rtdb delays", "--faults", "50");
  try {
    await until("its writes", () => isWriting(run), MAX_WAIT_SECONDS);
    run.child.kill("SIGKILL");
    await until("its exit", () => run.code !== undefined);
    expect([readProcessIdentity(run.pid), isGroupAlive(run.pid)]).toEqual([undefined, true]);
  } finally {
    await killGroup(run.pid);
    for (const name of await readdir(local)) {
      if (name.startsWith(`faults-${run.pid}-`)) await rm(join(local, name), { recursive: true });
    }
    const connection = await openConnection(environment("MYSQL_URL"));
    for (const row of await listDatabases(run.pid)) {
      await connection.query(`DROP DATABASE ${Object.values(row as object)[0]}`);
    }
    await connection.end();
  }
});
