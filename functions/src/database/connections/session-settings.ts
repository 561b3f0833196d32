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

/** No write needs gap locks. MySQL and MariaDB name these settings differently, and read each other's as comments. */
const BY_SERVER = [
  "/*!50720 , SESSION transaction_isolation = 'READ-COMMITTED', SESSION transaction_read_only = 0, SESSION max_execution_time = 0 */",
  "/*M!100100 , SESSION tx_isolation = 'READ-COMMITTED', SESSION tx_read_only = 0, SESSION max_statement_time = 0 */",
].join(" ");

/**
 * The statement that prepares a connection.
 * @param lockTimeoutSeconds how long a statement waits for a row or a table that another transaction has locked
 */
export function sessionSettings(lockTimeoutSeconds: number): string {
  const settings = Object.entries({
    ...SETTINGS,
    innodb_lock_wait_timeout: String(lockTimeoutSeconds),
    lock_wait_timeout: String(lockTimeoutSeconds),
  });
  const assignments = settings.map(([name, value]) => `SESSION ${name} = ${value}`);
  // A server may ignore the character set that the driver asks for when it connects (--skip-character-set-client-handshake).
  return `SET NAMES utf8mb4 COLLATE utf8mb4_general_ci, ${assignments.join(", ")} ${BY_SERVER}`;
}
