import { sql } from "kysely";
import { IDEMPOTENCY_KEY_HOURS } from "../../contract/limits.ts";
import { statement } from "../../database/database.ts";
import type { Db, IdempotencyKeysTable } from "../../database/schema.ts";

export type NewKey = Omit<IdempotencyKeysTable, "inserted_at">;

/**
 * Claims the keys, in the write's own transaction. Throws `ER_DUP_ENTRY` when a request with one of them is done, and
 * `ER_LOCK_WAIT_TIMEOUT` when one has been running all the time.
 */
export function insertKeys(keys: NewKey[]) {
  const rows = keys.map((key) => [key.user_id, key.idempotency_key, key.fingerprint, key.answer, key.comment_id]);
  return statement(
    "INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, answer, comment_id) VALUES ?",
    [rows],
  );
}

/** Forgets at most `limit` keys that have been kept long enough; returns how many. */
export async function purgeKeys(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
      DELETE FROM idempotency_keys
      WHERE inserted_at < NOW(3) - INTERVAL ${IDEMPOTENCY_KEY_HOURS} HOUR
      ORDER BY inserted_at LIMIT ${limit}`.execute(db);
  return Number(numAffectedRows);
}
