import { sql } from "kysely";
import { compilable } from "./database.ts";
import type { Db } from "./schema.ts";
import type { Trips } from "./trips.ts";

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
 * Adds to counters and answers what each stood at then, in their order. Two statements in one round trip and no transaction: points that
 * somebody else adds in between are seen too, so a count may be refused that much early, and never late. In the order of the keys, so
 * that two callers cannot wait for each other.
 */
export async function addPoints({ db, ask }: Trips, taken: Taken[], now: number): Promise<Standing[]> {
  const rows = new Map<string, Taken>();
  for (const { key, points, expire } of taken) {
    rows.set(key, { key, points: points + (rows.get(key)?.points ?? 0), expire });
  }
  const sorted = [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const values = sorted.map(({ key, points, expire }) => sql`(${key}, ${points}, ${expire})`);
  // MySQL sets the columns in this order: `points` still sees the old `expire`.
  const add = sql`
    INSERT INTO ${TABLE} (\`key\`, points, expire) VALUES ${sql.join(values)}
    ON DUPLICATE KEY UPDATE
      points = IF(expire <= ${now}, VALUES(points), points + VALUES(points)),
      expire = IF(expire <= ${now}, VALUES(expire), expire)`;
  const keys = sql.join(sorted.map(({ key }) => key));
  const read = sql<Standing & { key: string }>`SELECT \`key\`, points, expire FROM ${TABLE} WHERE \`key\` IN (${keys})`;
  const [, found = []] = await ask([compilable(db, add), compilable(db, read)]);
  const standing = new Map(found.map((row) => [row.key, row]));
  // From the last to the first: of a key that comes more than once the last has seen all points.
  return taken
    .toReversed()
    .map(({ key, points, expire }) => {
      // Without a row an unlock or the sweep has just deleted it.
      const row = standing.get(key) ?? { points, expire };
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
