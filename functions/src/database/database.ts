import type { Compilable } from "kysely";
import { CompiledQuery, Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { Db, Schema } from "./schema.ts";

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/database`, or with `?socketPath=/cloudsql/…` for Cloud SQL's socket. */
  url: string;
  /** Connections at most. Instances times this must stay under the server's `max_connections`. */
  connections: number;
  /** Seconds that a statement waits for a row, or a table, that another transaction holds; 5 if not given. */
  lockTimeoutSeconds?: number;
  /** Whether `inOneTrip` works on it. Off where it is not needed: a statement that lets text in would let whole statements in. */
  multipleStatements?: boolean;
}

/** Opens a pool; connects at the first query. */
export function openDatabase(options: DatabaseOptions): Db {
  const { lockTimeoutSeconds = 5 } = options;
  const pool = createPool({
    uri: options.url,
    connectionLimit: options.connections,
    connectTimeout: 5_000,
    multipleStatements: options.multipleStatements ?? false,
    charset: "utf8mb4",
    timezone: "Z",
    // An object as a value would otherwise become "`key` = value" in the statement.
    stringifyObjects: true,
    // MariaDB's JSON is text; MySQL's comes as text too.
    jsonStrings: true,
    typeCast: (field, next) => (field.type === "TINY" && field.length === 1 ? field.string() === "1" : next()),
  });
  return new Kysely<Schema>({
    dialect: new MysqlDialect({
      pool,
      onCreateConnection: async (connection) => {
        // Times are UTC; strict, so that nothing is cut off; the write transaction needs no gap locks.
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

const RETRIES = 5;

/** Runs `work` in a transaction; all of it again, up to 5 times, when the server asks for that. `work` may run more than once. */
export function transact<T>(db: Db, work: (transaction: Db) => Promise<T>): Promise<T> {
  return retried(() => db.transaction().execute(work));
}

/** Runs `work`, a whole transaction, again when another one was in its way: up to 5 times. */
export async function retried<T>(work: () => Promise<T>, isWorthIt = isContention): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === RETRIES || !isWorthIt(error)) throw error;
      const pause = Math.random() * 10 * 2 ** attempt;
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
    }
  }
}

/** The rows that each of several statements answered; undefined for one that answers none. */
export type Answers<Statements extends readonly Compilable[]> = {
  [N in keyof Statements]: Rows<Statements[N]> | undefined;
};
type Rows<Statement> = Statement extends Compilable<infer Row> ? Row[] : never;

/**
 * Several statements in one round trip, on a database opened for `multipleStatements`. The first that fails ends it, and those before
 * it stay done.
 */
export function inOneTrip<const Statements extends readonly Compilable[]>(
  db: Db,
  statements: Statements,
): Promise<Answers<Statements>>;
// The compiler cannot follow that the rows are those of the statements.
export async function inOneTrip(db: Db, statements: readonly Compilable[]): Promise<unknown[]> {
  const compiled = statements.map((each) => each.compile());
  const text = compiled.map(({ sql }) => sql).join("; ");
  const parameters = compiled.flatMap((query) => query.parameters);
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, parameters));
  // The answer to a single statement is not an array of answers.
  if (statements.length === 1) return [rows];
  return rows.map((answer) => (Array.isArray(answer) ? answer : undefined));
}

/**
 * A statement as it is, for the few that each post takes: to build one of 24 rows with Kysely takes longer than MySQL needs for it. Its
 * values are bound: `?` is one, or a list, or a list of rows.
 */
export function statement<Row = unknown>(text: string, values: readonly unknown[] = []): Compilable<Row> {
  return { compile: () => CompiledQuery.raw(text, [...values]) };
}

/** The same piece of a statement for each of several, joined. */
export const repeated = (piece: string, count: number, by: string): string => Array(count).fill(piece).join(by);

export async function run<Row>(db: Db, one: Compilable<Row>): Promise<Row[]> {
  const { rows } = await db.executeQuery(one.compile());
  return rows;
}

/**
 * A transaction whose first and last round trips the caller begins with `BEGIN` and ends with `COMMIT`, so that neither takes one of
 * its own. Rolled back when `work` fails.
 */
export function transactInTrips<T>(db: Db, work: (connection: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    try {
      return await work(connection);
    } catch (error) {
      // Where the connection is gone, so is the transaction.
      await inOneTrip(connection, ROLLBACK).catch(() => {});
      throw error;
    }
  });
}

/** As `inOneTrip`, and all that the statements read is of one moment. */
export function inOneSnapshot<const Statements extends readonly Compilable[]>(
  db: Db,
  statements: Statements,
): Promise<Answers<Statements>>;
export async function inOneSnapshot(db: Db, statements: readonly Compilable[]): Promise<unknown[]> {
  return transactInTrips(db, async (connection) => {
    const answers = await inOneTrip(connection, [...SNAPSHOT, ...statements, END]);
    return answers.slice(SNAPSHOT.length, -1);
  });
}

const END = statement("COMMIT");
const SNAPSHOT = [
  statement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"),
  statement("START TRANSACTION READ ONLY"),
];

/**
 * For `transactInTrips`; nothing comes after the commit, whose failure would say otherwise. A process that vanishes in between, without
 * a word to the server, would leave its rows locked for `wait_timeout`, 8 hours; so for the time of the transaction that is 10 s.
 */
export const BEGIN = [statement("SET SESSION wait_timeout = 10"), statement("BEGIN")];
export const COMMIT = [statement("SET SESSION wait_timeout = DEFAULT"), END];
const ROLLBACK = [statement("ROLLBACK"), statement("SET SESSION wait_timeout = DEFAULT")];

/** The name of the unique key that refused the row, if that is what the error is. */
export function duplicateKey(error: unknown): string | undefined {
  if (errnoOf(error) !== 1062 || !(error instanceof Error)) return undefined;
  // "Duplicate entry '…' for key 'users.users_email'"; MariaDB names the key without its table. The entry itself may hold quotes.
  return /for key '(?:[^']*\.)?([^'.]+)'$/.exec(error.message)?.[1];
}

/** Whether a column was given NULL that takes none. */
export function isNullRefused(error: unknown): boolean {
  return errnoOf(error) === 1048;
}

/** Whether a row that the statement needs was locked for longer than `lockTimeoutSeconds`. */
export function isLockTimeout(error: unknown): boolean {
  return errnoOf(error) === 1205;
}

/** Whether another transaction was in the way: a deadlock, or a lock timeout. Nothing was written, and it is worth another try. */
export function isContention(error: unknown): boolean {
  return isDeadlock(error) || isLockTimeout(error);
}

export function isDeadlock(error: unknown): boolean {
  return errnoOf(error) === 1213;
}

/** Whether MySQL could not be reached, or cannot take writes now. The outcome of what was under way is then unknown. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return AWAY.has(error.code);
  // The driver's own word for a connection that broke between two statements of a transaction has no code.
  return "fatal" in error && error.fatal === true;
}

const AWAY = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOENT",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "ER_CON_COUNT_ERROR",
  "ER_TOO_MANY_USER_CONNECTIONS",
  "ER_CLIENT_INTERACTION_TIMEOUT",
  "ER_SERVER_SHUTDOWN",
  "ER_NORMAL_SHUTDOWN",
  "ER_OPTION_PREVENTS_STATEMENT",
  "ER_LOCK_WAIT_TIMEOUT",
  "ER_LOCK_DEADLOCK",
]);

function errnoOf(error: unknown): number {
  return error instanceof Error && "errno" in error && typeof error.errno === "number" ? error.errno : 0;
}
