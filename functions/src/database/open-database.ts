import { Kysely, type LogEvent, MysqlDialect } from "kysely";
import { type Availability, createAvailability } from "./connections/availability.ts";
import type { DeadlineConnection } from "./connections/deadline-connection.ts";
import { createDeadlinePool } from "./connections/deadline-pool.ts";
import { driverOptions } from "./connections/driver-options.ts";
import { probe } from "./connections/probe.ts";
import { checkServer, SERVER_SETTINGS_QUERY } from "./connections/server-check.ts";
import { sessionSettings, WAIT_TIMEOUT_SECONDS } from "./connections/session-settings.ts";
import { readColumn } from "./read-column.ts";
import type { Db, Schema } from "./schema.ts";

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/database`, with the parameters of `driverOptions` for a socket or TLS. */
  url: string;
  /** Most connections of the pool. All instances' pools together must stay under the server's `max_connections`. */
  connections: number;
  /** How long a statement waits for a row or a table that another transaction has locked. Default 2. */
  lockTimeoutSeconds?: number;
  /** How long a statement may take in addition. Then its connection is given up, and its outcome is unknown. Default 3,000. */
  timeoutMs?: number;
  /** Whether `executeAll` works on it. Off by default: if text ever got into a statement, it could add whole statements. */
  multipleStatements?: boolean;
  /** Whether every transaction of the pool is read-only. */
  isReadOnly?: boolean;
  /** Shared by the pools of one server. Default: one of its own. */
  availability?: Availability;
  /** Is told when a request begins to wait for a connection (1), and when it has one or gave up (-1). */
  onWait?: (change: 1 | -1) => void;
  /** Is told when a connection was opened (1) or closed (-1). */
  onOpen?: (change: 1 | -1) => void;
  /** Is told of each statement when it is done. */
  log?: (event: LogEvent) => void;
}

/** How long it may take to open a connection, and to get one. With a longer `timeoutMs` for statements, these are longer too. */
const CONNECT_MS = 2_000;
const ACQUIRE_MS = 3_000;
/** After its address changed, all connections lead to the new server within this time and a fifth. */
const MAX_AGE_MS = 5 * 60_000;
/** So that the server does not end a connection at the moment in which it is used. */
const MAX_IDLE_MS = WAIT_TIMEOUT_SECONDS * 1000 * 0.75;

/** The server ends a statement a little before the deadline, so that none goes on whose client has given it up (on MySQL only a SELECT). */
const SERVER_SHARE = 0.9;

/** The servers whose settings were checked: all pools of one server share one, and each would ask. */
const checked = new WeakSet<Availability>();

const SILENT = { onAway: () => {}, onBack: () => {}, onReadOnly: () => {} };

/** Opens a connection pool. Connects at the first query. */
export function openDatabase(options: DatabaseOptions): Db {
  const { lockTimeoutSeconds = 2, timeoutMs = 3_000, isReadOnly = false } = options;
  const availability = options.availability ?? createAvailability({ probe: () => probe(options.url), ...SILENT });
  async function prepare(connection: DeadlineConnection): Promise<void> {
    await run(
      connection,
      sessionSettings(lockTimeoutSeconds, {
        statementMs: lockTimeoutSeconds * 1000 + Math.ceil(timeoutMs * SERVER_SHARE),
        isReadOnly,
      }),
    );
    if (checked.has(availability)) return;
    const [settings] = await run(connection, SERVER_SETTINGS_QUERY);
    checkServer(settings);
    checked.add(availability);
  }
  const pool = createDeadlinePool({
    driver: {
      ...driverOptions(options.url),
      connectionLimit: options.connections,
      connectTimeout: Math.max(CONNECT_MS, Math.round((timeoutMs * 2) / 3)),
      multipleStatements: options.multipleStatements ?? false,
      charset: "utf8mb4",
      timezone: "Z",
      // Without this an object as a value becomes "`key` = value" in the statement.
      stringifyObjects: true,
      // JSON columns are text on MariaDB; this makes them text on MySQL too.
      jsonStrings: true,
      typeCast: readColumn,
    },
    availability,
    acquireMs: Math.max(ACQUIRE_MS, timeoutMs),
    statementMs: lockTimeoutSeconds * 1000 + timeoutMs,
    maxAgeMs: MAX_AGE_MS,
    maxIdleMs: MAX_IDLE_MS,
    prepare,
    onWait: options.onWait,
    onOpen: options.onOpen,
  });
  return new Kysely<Schema>({ dialect: new MysqlDialect({ pool }), ...(options.log && { log: options.log }) });
}

function run(connection: DeadlineConnection, statement: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    connection.query(statement, [], (error, result) => {
      if (error) reject(error);
      else resolve(Array.isArray(result) ? result : []);
    });
  });
}
