import { sql } from "kysely";
import type { Db } from "../../database/schema.ts";

const TABLES = { videos: "videos", users: "user_mirrors" };

/** How many videos, or users with a mirror, there are; not more than `atMost`, since each is read. */
export async function countMirrors(db: Db, subject: "videos" | "users", atMost: number): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`
    SELECT COUNT(*) AS count
    FROM (SELECT 1 FROM ${sql.table(TABLES[subject])} FORCE INDEX (PRIMARY) LIMIT ${sql.lit(atMost)}) AS counted`.execute(
    db,
  );
  return Number(rows[0]?.count ?? 0);
}
