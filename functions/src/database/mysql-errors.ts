/** The name of the unique key that refused a row; undefined for any other error. */
export function duplicateKey(error: unknown): string | undefined {
  if (errnoOf(error) !== 1062 || !(error instanceof Error)) return undefined;
  // "Duplicate entry '…' for key 'users.users_email'". MariaDB leaves the table out. The entry itself may contain quotes.
  return /for key '(?:[^']*\.)?([^'.]+)'$/.exec(error.message)?.[1];
}

/** Whether a column that takes no NULL was given one. */
export function isNullRefused(error: unknown): boolean {
  return errnoOf(error) === 1048;
}

/** Whether a row stayed locked for longer than the lock timeout. */
export function isLockTimeout(error: unknown): boolean {
  return errnoOf(error) === 1205;
}

/** Whether the server ended the transaction to resolve a deadlock, or a replication group another one's conflict. */
export function isDeadlock(error: unknown): boolean {
  return errnoOf(error) === 1213 || errnoOf(error) === 3101;
}

/** Whether another transaction was in the way. Nothing was written, and a retry may succeed. */
export function isContention(error: unknown): boolean {
  return isDeadlock(error) || isLockTimeout(error);
}

/** MySQL did not answer, or no connection to it could be had. The outcome of a running statement is unknown. */
export class DatabaseAwayError extends Error {
  override name = "DatabaseAwayError";
  /** Whether an open connection gave no answer. The driver would wait for it for ever. */
  readonly isSilence: boolean;

  constructor(message: string, { isSilence = false, ...options }: ErrorOptions & { isSilence?: boolean } = {}) {
    super(message, options);
    this.isSilence = isSilence;
  }
}

/** For `within`. */
export const toAwayError = (message: string): DatabaseAwayError => new DatabaseAwayError(message);

export function isSilence(error: unknown): boolean {
  return error instanceof DatabaseAwayError && error.isSilence;
}

/**
 * Whether MySQL cannot be reached, takes no writes now (read-only, a full disk), or ended a statement that was too slow or killed. The outcome
 * of a running statement is then unknown.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseAwayError || AWAY.has(errnoOf(error)) || isReadOnlyServer(error)) return true;
  if ("code" in error && typeof error.code === "string" && AWAY_CODES.has(error.code)) return true;
  // The driver marks a broken connection. Some of its errors have no code, others one of TLS.
  return "fatal" in error && error.fatal === true;
}

/** Whether the server takes no writes any more, as after a failover. The next connection may lead to one that does. */
export function isReadOnlyServer(error: unknown): boolean {
  return READ_ONLY.has(errnoOf(error));
}

/** Whether the server answers but has no connection to spare. */
export function isConnectionLimit(error: unknown): boolean {
  return CONNECTION_LIMIT.has(errnoOf(error));
}

// The numbers of MySQL 9 and MariaDB 11. Where they differ, the name is MariaDB's.
// https://dev.mysql.com/doc/mysql-errors/9.5/en/server-error-reference.html
// https://mariadb.com/docs/server/reference/error-codes/mariadb-error-code-reference
const READ_ONLY = new Set([
  1290, // ER_OPTION_PREVENTS_STATEMENT: --read-only, --super-read-only
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836, // ER_READ_ONLY_MODE
  1874, // ER_INNODB_READ_ONLY
  3098, // ER_BEFORE_DML_VALIDATION_ERROR: a secondary of a replication group
  3100, // ER_RUN_HOOK_ERROR: the same at the commit
  3989, // ER_SCHEMA_READ_ONLY
]);

const CONNECTION_LIMIT = new Set([
  1040, // ER_CON_COUNT_ERROR
  1203, // ER_TOO_MANY_USER_CONNECTIONS
  1226, // ER_USER_LIMIT_REACHED
]);

const AWAY = new Set([
  ...CONNECTION_LIMIT,
  1021, // ER_DISK_FULL
  1026, // ER_ERROR_ON_WRITE
  1037, // ER_OUTOFMEMORY
  1041, // ER_OUT_OF_RESOURCES
  1047, // ER_UNKNOWN_COM_ERROR: a node of a Galera cluster that is not ready
  1053, // ER_SERVER_SHUTDOWN
  1077, // ER_NORMAL_SHUTDOWN
  1079, // ER_SHUTDOWN_COMPLETE
  1114, // ER_RECORD_FILE_FULL
  1135, // ER_CANT_CREATE_THREAD
  1152, // ER_ABORTING_CONNECTION
  1158, // ER_NET_READ_ERROR
  1159, // ER_NET_READ_INTERRUPTED
  1160, // ER_NET_ERROR_ON_WRITE
  1161, // ER_NET_WRITE_INTERRUPTED
  1180, // ER_ERROR_DURING_COMMIT
  1184, // ER_NEW_ABORTING_CONNECTION
  1317, // ER_QUERY_INTERRUPTED: an operator's KILL QUERY
  1927, // ER_CONNECTION_KILLED
  1969, // ER_STATEMENT_TIMEOUT
  3024, // ER_QUERY_TIMEOUT
  3032, // ER_SERVER_OFFLINE_MODE
  3168, // ER_SERVER_ISNT_AVAILABLE
  3169, // ER_SESSION_WAS_KILLED
  3675, // ER_DISK_FULL_NOWAIT
  4031, // ER_CLIENT_INTERACTION_TIMEOUT
]);

/** What the driver and the operating system say. */
const AWAY_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOENT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "ECONNABORTED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
]);

function errnoOf(error: unknown): number {
  return error instanceof Error && "errno" in error && typeof error.errno === "number" ? error.errno : 0;
}
