import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type RowDataPacket, createConnection } from "mysql2/promise";
import { findMysqlPrograms } from "../../../scripts/platform/mysql/program.ts";
import { mysqlUrl, startMysql } from "../../../scripts/platform/mysql/server.ts";
import { freeBlock } from "../../../scripts/platform/ports/ports.ts";
import { readRun } from "../../../scripts/platform/processes/run-file.ts";
import { createSteps } from "../../../scripts/platform/steps.ts";
import { type Supervisor, createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";

// Where only MYSQL_URL or Docker gives a server, there is no private one to test.
const privateServer = findMysqlPrograms().length > 0 ? describe : describe.skip;

let folder = "";
let supervisor: Supervisor | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mysqld-"));
});

afterEach(async () => {
  await supervisor?.stop();
  await rm(folder, { recursive: true });
});

/** Starts a private server on the folder's data; resolves with its database's URL and how it will have ended. */
async function start(): Promise<{ url: string; ended: Promise<string> }> {
  supervisor = await createSupervisor(folder, () => {});
  const url = mysqlUrl(undefined, (await freeBlock()).mysql);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const steps = createSteps(false, () => {});
  await startMysql({ url, own: true, folder, steps, supervisor, onEnd: (_, how) => resolve(how) });
  return { url, ended };
}

async function query(url: string, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

privateServer("a private MySQL server", () => {
  test("has what was committed after it was killed", async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept (n INT) ENGINE InnoDB");
    await query(first.url, "INSERT INTO kept VALUES (42)");
    const [server] = readRun(folder)?.groups ?? [];
    if (!server) throw new Error("no server is recorded");
    process.kill(server.pid, "SIGKILL");
    await expect(first.ended).resolves.toBe("killed by SIGKILL");
    await supervisor?.stop();

    const second = await start();
    await expect(query(second.url, "SELECT n FROM kept")).resolves.toEqual([{ n: 42 }]);
  });

  test("is durable at each commit, in UTC, and listens on loopback only", async () => {
    const { url } = await start();
    const variables = "@@innodb_flush_log_at_trx_commit AS flush, @@time_zone AS zone, @@bind_address AS host";
    await expect(query(url, `SELECT ${variables}`)).resolves.toEqual([{ flush: 1, zone: "+00:00", host: "127.0.0.1" }]);
  });
});
