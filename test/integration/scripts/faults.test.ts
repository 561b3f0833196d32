import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { createConnection } from "mysql2/promise";
import { join } from "node:path";
import { local } from "../../../scripts/platform/paths.ts";
import { isGroupAlive, killGroup, readProcessIdentity } from "../../../scripts/platform/processes/process-table.ts";
import { environment } from "../../support/environment.ts";
import { until } from "../../support/until.ts";

/** The fault suite, leading a process group of its own, with all that it says and how it ended. */
function run(...args: string[]) {
  const child = spawn(process.execPath, ["test/faults/run.ts", ...args], { detached: true });
  const command = { pid: child.pid!, child, text: "", code: undefined as number | string | undefined };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (command.text += chunk.toString()));
  child.once("exit", (code, signal) => (command.code = code ?? signal ?? ""));
  return command;
}

async function databasesOf(pid: number): Promise<unknown[]> {
  const connection = await createConnection(environment("MYSQL_URL"));
  const [rows] = await connection.query("SHOW DATABASES LIKE ?", [`faults\\_${pid}\\_%`]);
  await connection.end();
  return rows as unknown[];
}

const writes = (command: { text: string }) => command.text.includes("writes  rtdb delays");

test.each([
  ["SIGTERM", "in the midst of its faults", writes],
  ["SIGINT", "in the midst of its faults", writes],
  ["SIGTERM", "while it starts", ({ pid }: { pid: number }) => databasesOf(pid).then((found) => found.length > 0)],
] as const)("a fault run that gets %s %s ends what it started and drops its database", async (signal, _, isReady) => {
  const command = run("--only", "rtdb delays", "--faults", "50");
  try {
    await until("the moment", () => isReady(command));
    expect(await databasesOf(command.pid)).toHaveLength(1);
    command.child.kill(signal);
    await until("the end", () => command.code !== undefined);
    expect([command.code, command.text]).toEqual([1, expect.stringMatching(/\nInterrupted\.\n$/)]);
    // Killed, they may not be taken away yet.
    await until("its children's end", () => !isGroupAlive(command.pid));
    expect(await databasesOf(command.pid)).toEqual([]);
  } finally {
    await killGroup(command.pid);
  }
});

test("control: a fault run that is killed outright leaves its children", async () => {
  const command = run("--only", "rtdb delays", "--faults", "50");
  try {
    await until("the moment", () => writes(command));
    command.child.kill("SIGKILL");
    await until("the end", () => command.code !== undefined);
    expect([readProcessIdentity(command.pid), isGroupAlive(command.pid)]).toEqual([undefined, true]);
  } finally {
    await killGroup(command.pid);
    for (const name of await readdir(local))
      if (name.startsWith(`faults-${command.pid}-`)) await rm(join(local, name), { recursive: true });
    const connection = await createConnection(environment("MYSQL_URL"));
    for (const row of await databasesOf(command.pid))
      await connection.query(`DROP DATABASE ${Object.values(row as object)[0]}`);
    await connection.end();
  }
});
