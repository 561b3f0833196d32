import { CompiledQuery, Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { Db, Schema } from "./schema.ts";

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/database`, or with `?socketPath=/cloudsql/…` for Cloud SQL's socket. */
  url: string;
  /** Most connections of the pool. All instances' pools together must stay under the server's `max_connections`. */
  connections: number;
  /** How long a statement waits for a row or a table that another transaction has locked. Default 5. */
  lockTimeoutSeconds?: number;
  /** Whether `executeAll` works on it. Off by default: if text ever got into a statement, it could add whole statements. */
  multipleStatements?: boolean;
}

/** Opens a connection pool. Connects at the first query. */
export function openDatabase(options: DatabaseOptions): Db {
  const { lockTimeoutSeconds = 5 } = options;
  const pool = createPool({
    uri: options.url,
    connectionLimit: options.connections,
    connectTimeout: 5_000,
    multipleStatements: options.multipleStatements ?? false,
    charset: "utf8mb4",
    timezone: "Z",
    // Without this an object as a value becomes "`key` = value" in the statement.
    stringifyObjects: true,
    // JSON columns are text on MariaDB; this makes them text on MySQL too.
    jsonStrings: true,
    typeCast: (field, next) => (field.type === "TINY" && field.length === 1 ? field.string() === "1" : next()),
  });
  return new Kysely<Schema>({
    dialect: new MysqlDialect({
      pool,
      onCreateConnection: async (connection) => {
        // Times are UTC. Strict mode refuses values that would be cut off. No write needs gap locks.
        await connection.executeQuery(
          CompiledQuery.raw(
            `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO', innodb_lock_wait_timeout = ${lockTimeoutSeconds}, lock_wait_timeout = ${lockTimeoutSeconds}`,
          ),
        );
        await connection.executeQuery(CompiledQuery.raw("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"));
      },
    }),
  });
}

/** Returns when the database answers; throws the driver's error if it does not. */
export async function ping(db: Db): Promise<void> {
  await db.executeQuery(CompiledQuery.raw("SELECT 1"));
}
