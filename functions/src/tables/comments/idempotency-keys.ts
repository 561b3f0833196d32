import { sql } from "kysely";
import { IDEMPOTENCY_KEY_HOURS } from "../../contract/limits.ts";
import { deleteByIndex, namingRow } from "../../database/access-paths.ts";
import type { Db, IdempotencyKeysTable } from "../../database/schema.ts";
import { type Statement, statement } from "../../database/statement.ts";

export type NewKey = Omit<IdempotencyKeysTable, "inserted_at">;

/**
 * Claims the keys, in the transaction that writes the comments. It fails with `ER_DUP_ENTRY` if a request with one of them is done, and
 * with `ER_LOCK_WAIT_TIMEOUT` if one is still running.
 */
export function insertKeysStatement(keys: NewKey[]): Statement {
  const rows = keys.map((key) => [key.user_id, key.idempotency_key, key.fingerprint, key.response, key.comment_id]);
  return statement(
    "INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, response, comment_id) VALUES ?",
    [rows],
  );
}

/** Deletes at most `limit` keys that have been kept long enough; returns how many. */
export async function purgeKeys(db: Db, limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "idempotency_keys",
    key: ["user_id", "idempotency_key"],
    index: "idempotency_keys_age",
    where: sql`inserted_at < NOW(3) - INTERVAL ${IDEMPOTENCY_KEY_HOURS} HOUR AND ${namingRow("response")}`,
    orderBy: "inserted_at",
    limit,
  });
}
