import { sql } from "kysely";
import type { Db } from "./schema.ts";

/** The name of the table that rate-limiter-flexible writes. */
export const RATE_LIMITS_TABLE = "rate_limits";

/** Deletes at most `limit` counters whose time is over. The limiter starts such a counter anew, so none is missed. */
export async function deleteExpiredLimits(db: Db, limit: number): Promise<void> {
  await sql`
    DELETE FROM ${sql.table(RATE_LIMITS_TABLE)} WHERE expire < ${Date.now()} ORDER BY expire LIMIT ${sql.lit(limit)}`.execute(
    db,
  );
}
