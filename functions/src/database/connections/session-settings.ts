/** Seconds after which the server ends a connection on which nothing happens, and with it a transaction that a vanished process left open. */
export const WAIT_TIMEOUT_SECONDS = 60;

/** What the statements of the product rely on, whatever the server's defaults are. */
const SETTINGS = {
  // Times are UTC.
  time_zone: "'+00:00'",
  // Values that would be cut off are refused.
  sql_mode: "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'",
  autocommit: "1",
  // A commit begins no new transaction.
  completion_type: "'NO_CHAIN'",
  // No statement is refused or cut short for the rows it touches.
  sql_safe_updates: "0",
  sql_big_selects: "1",
  sql_select_limit: "18446744073709551615",
  sql_auto_is_null: "0",
  foreign_key_checks: "1",
  unique_checks: "1",
  wait_timeout: String(WAIT_TIMEOUT_SECONDS),
};

/**
 * What MySQL and MariaDB name differently; each reads the other's as a comment. No write needs gap locks. The server ends a statement
 * that takes too long: a client that only closes its connection leaves it running, and a slow server would be buried. MySQL does that
 * for SELECT only.
 */
function settingsByServer(statementMs: number, isReadOnly: boolean): string {
  const readOnly = `read_only = ${isReadOnly ? 1 : 0}`;
  const isolation = "isolation = 'READ-COMMITTED'";
  return [
    `/*!50720 , SESSION transaction_${isolation}, SESSION transaction_${readOnly}, SESSION max_execution_time = ${statementMs} */`,
    `/*M!100100 , SESSION tx_${isolation}, SESSION tx_${readOnly}, SESSION max_statement_time = ${statementMs / 1000} */`,
  ].join(" ");
}

/**
 * The statement that prepares a connection.
 * @param lockTimeoutSeconds how long a statement waits for a row or a table that another transaction has locked
 * @param options.statementMs after how long the server ends a statement; 0 for never
 */
export function sessionSettings(
  lockTimeoutSeconds: number,
  { statementMs = 0, isReadOnly = false }: { statementMs?: number; isReadOnly?: boolean } = {},
): string {
  const settings = Object.entries({
    ...SETTINGS,
    innodb_lock_wait_timeout: String(lockTimeoutSeconds),
    lock_wait_timeout: String(lockTimeoutSeconds),
  });
  const assignments = settings.map(([name, value]) => `SESSION ${name} = ${value}`);
  // A server may ignore the character set that the driver asks for when it connects (--skip-character-set-client-handshake).
  return `SET NAMES utf8mb4 COLLATE utf8mb4_general_ci, ${assignments.join(", ")} ${settingsByServer(statementMs, isReadOnly)}`;
}
