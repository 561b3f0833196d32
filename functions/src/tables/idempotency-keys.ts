import { sql } from "kysely";
import type { Db, Timestamp } from "./schema.ts";

export interface IdempotencyKeysTable {
  user_id: string;
  idempotency_key: string;
  /** SHA-256 of the request. */
  fingerprint: Buffer;
  status: number;
  /** The saved answer, as text: a JSON column would reorder it. */
  body: string;
  inserted_at: Timestamp;
}

export interface SavedAnswer {
  fingerprint: Buffer;
  status: number;
  /** JSON text. */
  body: string;
}

/** The answer saved under a key, with the database's time: both are wanted before a write's transaction begins. */
export async function findAnswer(
  db: Db,
  userId: string,
  key: string,
): Promise<{ now: Date; saved: SavedAnswer | undefined }> {
  const { rows } = await sql<{ now: Date; fingerprint: Buffer | null; status: number; body: string }>`
    SELECT NOW(3) AS now, fingerprint, status, body FROM (SELECT 1) AS one
    LEFT JOIN idempotency_keys ON user_id = ${userId} AND idempotency_key = ${key}`.execute(db);
  const row = rows[0];
  if (!row) throw new Error("a select without a condition gave no row");
  const { now, fingerprint, status, body } = row;
  return { now, saved: fingerprint ? { fingerprint, status, body } : undefined };
}

/** Saves the answer in the write's own transaction; throws `ER_DUP_ENTRY` when the key has one. */
export async function saveAnswer(
  transaction: Db,
  answer: SavedAnswer & { user_id: string; idempotency_key: string },
): Promise<void> {
  await transaction.insertInto("idempotency_keys").values(answer).execute();
}
