import { constants, cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { connect, withDatabase } from "./database.ts";
import { dataFolder } from "./mysqld.ts";
import type { MysqlProgram } from "./program.ts";

/** What MySQL writes into a server's data to tell it from others. A copy makes its own. */
const IDENTITY = "auto.cnf";

/**
 * Copies the data of a server that does not run, for a replica of it. An earlier copy goes: it may lack changes that were made while no
 * replica ran. The binary logs are copied too, because a killed server needs them to recover, and the copy has to recover alike.
 * @returns the folder of the replica
 */
export function copyData(program: MysqlProgram, folder: string): string {
  const replica = join(folder, "replica");
  rmSync(replica, { recursive: true, force: true });
  const copy = dataFolder(replica, program.kind);
  cpSync(dataFolder(folder, program.kind), copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
  rmSync(join(copy, IDENTITY), { force: true });
  return replica;
}

/**
 * Makes a server the read-only replica of another one, by GTIDs. It connects as the user of the primary's URL.
 * @param isCopy whether both have the same data now. Otherwise the replica goes on where it was, or from the beginning of the primary's logs.
 * @see https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-howto.html
 * @see https://mariadb.com/docs/server/ha-and-performance/standard-replication/gtid
 */
export async function replicate(
  primaryUrl: string,
  replicaUrl: string,
  { isCopy }: { isCopy: boolean },
): Promise<void> {
  const { hostname, port, username, password } = new URL(primaryUrl);
  const source = [hostname, Number(port || 3306), decodeURIComponent(username), decodeURIComponent(password)];
  const primary = await connect({ uri: withDatabase(primaryUrl, "") });
  const replica = await connect({ uri: withDatabase(replicaUrl, "") });
  try {
    if (await isMariadb(primary)) {
      // MySQL keeps its position with its data, and a copy has it.
      const [[position]] = await primary.query<RowDataPacket[]>("SELECT @@GLOBAL.gtid_binlog_pos AS gtid");
      if (isCopy) await replica.query("SET GLOBAL gtid_slave_pos = ?", [position?.["gtid"]]);
      await replica.query(
        "CHANGE MASTER TO MASTER_HOST = ?, MASTER_PORT = ?, MASTER_USER = ?, MASTER_PASSWORD = ?, MASTER_USE_GTID = slave_pos, MASTER_SSL_VERIFY_SERVER_CERT = 0",
        source,
      );
      await replica.query("SET GLOBAL read_only = 1");
    } else {
      await replica.query(
        "CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = ?, SOURCE_USER = ?, SOURCE_PASSWORD = ?, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
        source,
      );
      await replica.query("SET GLOBAL super_read_only = 1");
    }
    await replica.query("START REPLICA");
  } finally {
    await primary.end();
    await replica.end();
  }
}

async function isMariadb(connection: Connection): Promise<boolean> {
  const [[row]] = await connection.query<RowDataPacket[]>("SELECT VERSION() AS version");
  return String(row?.["version"]).includes("MariaDB");
}
