import { sql } from "kysely";
import { statement } from "../../database/database.ts";
import type { Db } from "../../database/schema.ts";

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

interface CounterRow extends Standing {
  key: string;
}

/** A transaction that adds to counters and answers, as its third statement, what they stand at then: nobody adds in between. */
export function addPoints(taken: Taken[], now: number) {
  const rows = new Map<string, Taken>();
  for (const { key, points, expire } of taken) {
    rows.set(key, { key, points: points + (rows.get(key)?.points ?? 0), expire });
  }
  // In the order of the keys, so that two callers cannot wait for each other.
  const sorted = [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return [
    statement("START TRANSACTION"),
    // MySQL sets the columns in this order: `points` still sees the old `expire`.
    statement(
      `INSERT INTO rate_limits (\`key\`, points, expire) VALUES ?
        ON DUPLICATE KEY UPDATE
          points = IF(expire <= ?, VALUES(points), points + VALUES(points)),
          expire = IF(expire <= ?, VALUES(expire), expire)`,
      [sorted.map(({ key, points, expire }) => [key, points, expire]), now, now],
    ),
    statement<CounterRow>("SELECT `key`, points, expire FROM rate_limits WHERE `key` IN (?)", [
      sorted.map(({ key }) => key),
    ]),
    statement("COMMIT"),
  ] as const;
}

/** What each count stood at, in their order, by what `addPoints` answered. */
export function standingsOf(taken: Taken[], found: CounterRow[]): Standing[] {
  const standing = new Map(found.map((row) => [row.key, row]));
  // From the last to the first: of a key that comes more than once the last has seen all points.
  return taken
    .toReversed()
    .map(({ key, points }) => {
      const row = standing.get(key);
      if (!row) throw new Error("a counter that was just added to is not there");
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
