import { connect, withDatabase } from "../mysql/database.ts";

/** Defaults that a server may have, and with which statements that rely on others fail or write something else. */
const DEFAULTS = [
  "autocommit = 0",
  "character_set_server = latin1",
  "time_zone = '+05:45'",
  "sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,IGNORE_SPACE'",
  "completion_type = 'CHAIN'",
  "sql_select_limit = 3",
  "sql_safe_updates = 1",
  "sql_big_selects = 0",
  "max_join_size = 100",
  "sql_auto_is_null = 1",
  "innodb_lock_wait_timeout = 1",
];

/**
 * Gives the tests' own server defaults that the product must not rely on. Whoever connects from then on and does not set what it needs
 * meets them.
 */
export async function setHostileDefaults(url: string): Promise<void> {
  const connection = await connect({ uri: withDatabase(url, "") });
  try {
    await connection.query(`SET ${DEFAULTS.map((setting) => `GLOBAL ${setting}`).join(", ")}`);
    await connection.query("SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY");
  } finally {
    await connection.end();
  }
}
