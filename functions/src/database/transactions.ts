import { setTimeout as sleep } from "node:timers/promises";
import { WAIT_TIMEOUT_SECONDS } from "./connections/session-settings.ts";
import { isContention, isLockTimeout } from "./mysql-errors.ts";
import type { Db } from "./schema.ts";
import { type RowsOfEach, executeAll, Statement, statement } from "./statement.ts";

const RETRIES = 5;
/** A lock timeout has cost seconds of the request's ten. */
const RETRIES_AFTER_LOCK_TIMEOUT = 1;

/** Runs `work` in a transaction, and again when another transaction is in the way. `work` may run up to six times. */
export function transact<T>(db: Db, work: (transaction: Db) => Promise<T>): Promise<T> {
  return withRetries(() => db.transaction().execute(work));
}

/**
 * Runs a whole transaction, and again, with random pauses, after an error that `isRetryable`: up to five times, once if it is a lock
 * timeout.
 */
export async function withRetries<T>(transaction: () => Promise<T>, isRetryable = isContention): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      const retries = isLockTimeout(error) ? RETRIES_AFTER_LOCK_TIMEOUT : RETRIES;
      if (attempt >= retries || !isRetryable(error)) throw error;
      await sleep(Math.random() * 10 * 2 ** attempt);
    }
  }
}

/** Runs a statement that changes a bounded number of rows, and returns how many, until none is left. */
export async function repeatUntilNone(change: () => Promise<number>): Promise<void> {
  let changed: number;
  do changed = await change();
  while (changed > 0);
}

/** Runs `read` in a transaction in which everything it reads is from one moment. */
export function inSnapshot<T>(db: Db, read: (snapshot: Db) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(read);
}

/**
 * Takes a connection for `work`, and rolls back when `work` fails. The caller's own statements begin and end the transaction, as with
 * `BEGIN_WITH_SHORT_IDLE_TIMEOUT` and `RESET_IDLE_TIMEOUT_AND_COMMIT`, so neither takes a round trip of its own.
 */
export function withRollback<T>(db: Db, work: (connection: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    try {
      return await work(connection);
    } catch (error) {
      // If the connection is gone, so is the transaction.
      await executeAll(connection, ROLLBACK_AND_RESET_IDLE_TIMEOUT).catch(() => {});
      throw error;
    }
  });
}

/** Runs several queries in one round trip; everything that they read is from one moment. */
export function executeSnapshot<const Queries extends readonly Statement[]>(
  db: Db,
  queries: Queries,
): Promise<RowsOfEach<Queries>>;
export async function executeSnapshot(db: Db, queries: readonly Statement[]): Promise<unknown[]> {
  return withRollback(db, async (connection) => {
    const results = await executeAll(connection, [...BEGIN_SNAPSHOT, ...queries, COMMIT]);
    return results.slice(BEGIN_SNAPSHOT.length, -1);
  });
}

const COMMIT = statement("COMMIT");
const RESET_IDLE_TIMEOUT = statement(`SET SESSION wait_timeout = ${WAIT_TIMEOUT_SECONDS}`);
const BEGIN_SNAPSHOT = [
  statement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"),
  statement("START TRANSACTION READ ONLY"),
];

/**
 * For `withRollback`. A process that vanishes inside a transaction leaves its rows locked for `wait_timeout`, 60 s. A transaction in one
 * round trip is left open only if one of its statements failed and the process vanishes before its rollback. In these transactions, which
 * group commits use, the time is 10 s until the commit. Nothing comes after the commit: if it failed, it would hide that
 * the commit succeeded.
 */
export const BEGIN_WITH_SHORT_IDLE_TIMEOUT = [statement("SET SESSION wait_timeout = 10"), statement("BEGIN")];
export const RESET_IDLE_TIMEOUT_AND_COMMIT = [RESET_IDLE_TIMEOUT, COMMIT];
const ROLLBACK_AND_RESET_IDLE_TIMEOUT = [statement("ROLLBACK"), RESET_IDLE_TIMEOUT];
