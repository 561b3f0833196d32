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

/** Whether the server ended the transaction to resolve a deadlock. */
export function isDeadlock(error: unknown): boolean {
  return errnoOf(error) === 1213;
}

/** Whether another transaction was in the way. Nothing was written, and a retry may succeed. */
export function isContention(error: unknown): boolean {
  return isDeadlock(error) || isLockTimeout(error);
}

/** Whether MySQL cannot be reached or takes no writes now. The outcome of a running statement is then unknown. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return AWAY.has(error.code);
  // The driver marks a connection that broke between two statements of a transaction, but gives no code.
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
]);

function errnoOf(error: unknown): number {
  return error instanceof Error && "errno" in error && typeof error.errno === "number" ? error.errno : 0;
}
