import { sql } from "kysely";
import type { Db } from "./schema.ts";

const TABLE = sql.table("rate_limits");

/** Points to be added to a counter, which begins anew when its time is over. */
export interface Taken {
  key: string;
  points: number;
  /** When a counter that begins now ends: milliseconds since 1970. */
  expire: number;
}

/** What a counter stands at. */
export interface Standing {
  points: number;
  expire: number;
}

/**
 * Adds to counters and answers what each stood at then, in their order: all in one transaction, so that nobody else's points are
 * among them. In the order of the keys, so that two callers cannot wait for each other.
 */
export async function addPoints(db: Db, taken: Taken[], now: number): Promise<Standing[]> {
  const rows = new Map<string, Taken>();
  for (const { key, points, expire } of taken) {
    rows.set(key, { key, points: points + (rows.get(key)?.points ?? 0), expire });
  }
  const keys = [...rows.keys()].toSorted();
  const values = keys.flatMap((key) => {
    const row = rows.get(key);
    return row ? [sql`(${key}, ${row.points}, ${row.expire})`] : [];
  });
  const found = await db.transaction().execute(async (transaction) => {
    // MySQL sets the columns in this order: `points` still sees the old `expire`.
    await sql`
      INSERT INTO ${TABLE} (\`key\`, points, expire) VALUES ${sql.join(values)}
      ON DUPLICATE KEY UPDATE
        points = IF(expire <= ${now}, VALUES(points), points + VALUES(points)),
        expire = IF(expire <= ${now}, VALUES(expire), expire)`.execute(transaction);
    return sql<Standing & { key: string }>`
      SELECT \`key\`, points, expire FROM ${TABLE} WHERE \`key\` IN (${sql.join(keys)})`.execute(transaction);
  });
  const standing = new Map(found.rows.map((row) => [row.key, row]));
  // From the last to the first: of a key that comes more than once the last has seen all points.
  return taken
    .toReversed()
    .map(({ key, points }) => {
      const row = standing.get(key);
      if (!row) throw new Error(`a counter is gone while it is locked: ${key}`);
      const stood = { points: row.points, expire: row.expire };
      row.points -= points;
      return stood;
    })
    .toReversed();
}

export async function deleteLimit(db: Db, key: string): Promise<boolean> {
  const { numAffectedRows } = await sql`DELETE FROM ${TABLE} WHERE \`key\` = ${key}`.execute(db);
  return numAffectedRows === 1n;
}

/** Deletes at most `limit` counters whose time is over. Such a counter begins anew, so none is missed. */
export async function deleteExpiredLimits(db: Db, limit: number): Promise<void> {
  await sql`DELETE FROM ${TABLE} WHERE expire < ${Date.now()} ORDER BY expire LIMIT ${sql.lit(limit)}`.execute(db);
}
