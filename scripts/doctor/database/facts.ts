import type { RowDataPacket } from "mysql2/promise";
import { connect, databaseOf } from "../../platform/mysql/database.ts";

/** What a server says of itself and of our user. */
export interface ServerFacts {
  variables: Record<string, string>;
  grants: string[];
  /** The database's default character set; undefined if it does not exist. */
  charset: string | undefined;
  /** The server's clock minus ours. */
  clockOffsetMs: number;
  /** Whether this connection is encrypted. */
  isEncrypted: boolean;
  /** Whether the server is on this machine: it has one developer, and data that may be lost. */
  isLocal: boolean;
}

const VARIABLES = [
  "version",
  "max_connections",
  "read_only",
  "innodb_read_only",
  "replica_preserve_commit_order",
  "binlog_format",
  "log_bin",
  "sync_binlog",
  "innodb_flush_log_at_trx_commit",
  "default_storage_engine",
  "max_allowed_packet",
  "time_zone",
];

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Reads what the checks look at. Changes nothing.
 * @throws Problem if the server cannot be reached
 */
export async function readServerFacts(url: string): Promise<ServerFacts> {
  const database = databaseOf(url);
  const withoutDatabase = new URL(url);
  withoutDatabase.pathname = "/";
  const connection = await connect({ uri: withoutDatabase.href, timezone: "Z" });
  const rows = async (sql: string, values: unknown[] = []): Promise<RowDataPacket[]> => {
    const [found] = await connection.query<RowDataPacket[]>(sql, values);
    return found;
  };
  try {
    const names = VARIABLES.map((name) => `'${name}'`).join(",");
    const variables = await rows(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
    const grants = await rows("SHOW GRANTS");
    const [schema] = await rows(
      "SELECT DEFAULT_CHARACTER_SET_NAME AS charset FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
      [database],
    );
    const before = Date.now();
    const [clock] = await rows("SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%fZ') AS now");
    const [cipher] = await rows("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    return {
      variables: Object.fromEntries(variables.map((row) => [row["Variable_name"], row["Value"]])),
      grants: grants.map((row) => String(Object.values(row)[0])),
      charset: schema?.["charset"] as string | undefined,
      clockOffsetMs: new Date(String(clock?.["now"])).getTime() - (before + Date.now()) / 2,
      isEncrypted: cipher?.["Value"] !== "",
      isLocal: LOCAL.has(new URL(url).hostname) && !new URL(url).searchParams.has("socketPath"),
    };
  } finally {
    await connection.end();
  }
}
