import { mkdir } from "node:fs/promises";
import type { RowDataPacket } from "mysql2/promise";
import { databaseOf, withDatabase } from "../../../scripts/platform/mysql/database.ts";
import { migrate } from "../../../scripts/platform/mysql/migrations.ts";
import { findMysqlPrograms } from "../../../scripts/platform/mysql/program.ts";
import { replicate } from "../../../scripts/platform/mysql/replication.ts";
import { mysqlUrl, startMysql } from "../../../scripts/platform/mysql/server.ts";
import { migrations } from "../../../scripts/platform/paths.ts";
import { findFreePorts } from "../../../scripts/platform/ports/ports.ts";
import { createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { createSteps } from "../../../scripts/platform/steps.ts";
import { openConnection } from "./connection.ts";
import { createTestDatabase } from "./database.ts";

/** A primary and a real replica of it, with a migrated database. */
export interface Replicated {
  primaryUrl: string;
  replicaUrl: string;
  onPrimary(...statements: string[]): Promise<void>;
  onReplica(...statements: string[]): Promise<void>;
  /** The replica applies each transaction so many seconds after it was committed; 0 at once. */
  delay(seconds: number): Promise<void>;
  /** The replica becomes a server of its own, which takes writes. */
  promote(): Promise<void>;
  /** It is a replica again. */
  demote(): Promise<void>;
  close(): Promise<void>;
}

/** A server that becomes a replica of the one in `npm test -- --mysql-url`. Test files share it, so they run one after the other (`-i`). */
const GIVEN_REPLICA = process.env["TEST_MYSQL_REPLICA_URL"];

/** Whether two servers can be had: programs on this machine, or both given. */
export const canReplicate = GIVEN_REPLICA !== undefined || findMysqlPrograms().length > 0;

export async function startReplicated(folder: string): Promise<Replicated> {
  return GIVEN_REPLICA === undefined ? startPair(folder) : useGiven(GIVEN_REPLICA);
}

async function startPair(folder: string): Promise<Replicated> {
  await mkdir(folder, { recursive: true });
  const supervisor = await createSupervisor(folder, () => {});
  try {
    const ports = await findFreePorts();
    const primaryUrl = mysqlUrl(undefined, ports.mysql);
    const replicaUrl = mysqlUrl(undefined, ports.mysqlReplica);
    const steps = createSteps(false, () => {});
    await startMysql({ url: primaryUrl, replicaUrl, isPrivate: true, folder, steps, supervisor, onExit: () => {} });
    await migrate(primaryUrl, migrations);
    return await openReplicated(primaryUrl, replicaUrl, () => supervisor.stop());
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

async function useGiven(replicaServer: string): Promise<Replicated> {
  const database = await createTestDatabase("replicated");
  const replicated = await openReplicated(
    database.url,
    withDatabase(replicaServer, databaseOf(database.url)),
    database.drop,
  );
  await replicated.demote();
  // The last test file may have left it delayed.
  await replicated.delay(0);
  return replicated;
}

async function openReplicated(primaryUrl: string, replicaUrl: string, close: () => Promise<void>): Promise<Replicated> {
  const onPrimary = (...statements: string[]) => runAll(primaryUrl, statements);
  // The database may not have arrived there yet.
  const onReplica = (...statements: string[]) => runAll(withDatabase(replicaUrl, "mysql"), statements);
  const isMariadb = await isMariadbAt(primaryUrl);
  return {
    primaryUrl,
    replicaUrl,
    onPrimary,
    onReplica,
    async delay(seconds) {
      const change = isMariadb ? "CHANGE MASTER TO MASTER_DELAY" : "CHANGE REPLICATION SOURCE TO SOURCE_DELAY";
      await onReplica("STOP REPLICA", `${change} = ${seconds}`, "START REPLICA");
    },
    async promote() {
      const free = isMariadb ? "SET GLOBAL read_only = 0" : "SET GLOBAL super_read_only = 0, GLOBAL read_only = 0";
      await onReplica("STOP REPLICA", "RESET REPLICA ALL", free);
    },
    async demote() {
      await onReplica("STOP REPLICA");
      await replicate(primaryUrl, replicaUrl, { isCopy: false });
    },
    close,
  };
}

async function isMariadbAt(url: string): Promise<boolean> {
  const connection = await openConnection(url);
  const [[row]] = await connection.query<RowDataPacket[]>("SELECT VERSION() AS version");
  await connection.end();
  return String(row?.["version"]).includes("MariaDB");
}

async function runAll(url: string, statements: string[]): Promise<void> {
  const connection = await openConnection(url);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}
