import { afterEach, describe, expect, test } from "@jest/globals";
import { type RowDataPacket, createConnection } from "mysql2/promise";
import { findMysqlPrograms } from "../../scripts/platform/mysql/program.ts";
import { mysqlUrl, startMysql } from "../../scripts/platform/mysql/server.ts";
import { findFreePorts } from "../../scripts/platform/ports/ports.ts";
import { readRun } from "../../scripts/platform/processes/run-file.ts";
import { createSteps } from "../../scripts/platform/steps.ts";
import { type Supervisor, createSupervisor } from "../../scripts/platform/processes/supervisor.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";

// A machine whose server comes from MYSQL_URL or Docker has no private one to test.
const privateServer = findMysqlPrograms().length > 0 ? describe : describe.skip;

const folder = useTemporaryFolder();
let supervisor: Supervisor | undefined;

afterEach(() => supervisor?.stop());

/** Starts a private server on the folder's data. `exited` resolves with how it ended. */
async function start(): Promise<{ url: string; exited: Promise<string> }> {
  supervisor = await createSupervisor(folder.path, () => {});
  const url = mysqlUrl(undefined, (await findFreePorts()).mysql);
  const { promise: exited, resolve } = Promise.withResolvers<string>();
  const steps = createSteps(false, () => {});
  const onExit = (_: unknown, reason: string) => resolve(reason);
  await startMysql({ url, isPrivate: true, folder: folder.path, steps, supervisor, onExit });
  return { url, exited };
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
  test("keeps what was committed when it is killed", async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept (n INT) ENGINE InnoDB");
    await query(first.url, "INSERT INTO kept VALUES (42)");
    const [server] = readRun(folder.path)?.groups ?? [];
    if (!server) throw new Error("no server is recorded");
    process.kill(server.pid, "SIGKILL");
    await expect(first.exited).resolves.toBe("killed by SIGKILL");
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
