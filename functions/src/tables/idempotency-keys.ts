import { sql } from "kysely";
import type { Db, Timestamp } from "./schema.ts";

export interface IdempotencyKeysTable {
  user_id: string;
  idempotency_key: string;
  /** SHA-256 of the request. */
  fingerprint: Buffer;
  /** JSON text: a JSON column would reorder it. */
  answer: string;
  comment_id: string;
  inserted_at: Timestamp;
}

export type NewKey = Omit<IdempotencyKeysTable, "inserted_at">;

/**
 * Claims the keys, in the write's own transaction. Throws `ER_DUP_ENTRY` when a request with one of them is done, and
 * `ER_LOCK_WAIT_TIMEOUT` when one has been running all the time.
 */
export function insertKeys(db: Db, keys: NewKey[]) {
  return db.insertInto("idempotency_keys").values(keys);
}

/** Forgets at most `limit` keys older than a day; how many it was. */
export async function purgeKeys(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } =
    await sql`DELETE FROM idempotency_keys WHERE inserted_at < NOW(3) - INTERVAL 1 DAY ORDER BY inserted_at LIMIT ${limit}`.execute(
      db,
    );
  return Number(numAffectedRows);
}
