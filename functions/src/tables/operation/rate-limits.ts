import { sql } from "kysely";
import { deleteByIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import { type Statement, statement } from "../../database/statement.ts";

/** Points to add to a counter. A counter whose time is over starts again from zero. */
export interface AddedPoints {
  key: string;
  points: number;
  /** When a counter that starts now ends, in milliseconds since 1970. */
  expire: number;
}

/** What a counter holds. */
export interface CounterValue {
  points: number;
  expire: number;
}

interface CounterRow extends CounterValue {
  key: string;
}

/** A transaction that adds to counters. Its third statement returns what they hold then, before anybody else adds. */
export function addPointsStatements(
  added: AddedPoints[],
  now: number,
): readonly [Statement, Statement, Statement<CounterRow>, Statement] {
  const sums = new Map<string, AddedPoints>();
  for (const { key, points, expire } of added) {
    sums.set(key, { key, points: points + (sums.get(key)?.points ?? 0), expire });
  }
  // Sorted by key, so that two callers cannot deadlock.
  const sorted = [...sums.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return [
    statement("START TRANSACTION"),
    // MySQL sets the columns from left to right, so `points` still sees the old `expire`.
    statement(
      `INSERT INTO rate_limits (\`key\`, points, expire) VALUES ?
        ON DUPLICATE KEY UPDATE
          points = IF(expire <= ?, VALUES(points), points + VALUES(points)),
          expire = IF(expire <= ?, VALUES(expire), expire)`,
      [sorted.map(({ key, points, expire }) => [key, points, expire]), now, now],
    ),
    statement<CounterRow>("SELECT `key`, points, expire FROM rate_limits FORCE INDEX (PRIMARY) WHERE `key` IN (?)", [
      sorted.map(({ key }) => key),
    ]),
    statement("COMMIT"),
  ];
}

/** What the counter held after each addition, from the rows that `addPointsStatements` returned. */
export function valuesAfterEach(added: AddedPoints[], rows: CounterRow[]): CounterValue[] {
  const values = new Map(rows.map((row) => [row.key, { points: row.points, expire: row.expire }]));
  // Iterate backwards: the value read belongs to the key's last occurrence; each earlier one saw that many points fewer.
  return added
    .toReversed()
    .map(({ key, points }) => {
      const value = values.get(key);
      if (!value) throw new Error("a counter is missing right after points were added to it");
      values.set(key, { ...value, points: value.points - points });
      return value;
    })
    .toReversed();
}

/** Returns false if there was no such counter. */
export async function deleteCounter(db: Db, key: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM rate_limits USING rate_limits FORCE INDEX (PRIMARY) WHERE \`key\` = ${key}`.execute(db);
  return numAffectedRows === 1n;
}

/** Deletes at most `limit` counters whose time is over; returns how many. */
export async function deleteExpiredCounters(db: Db, limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "rate_limits",
    key: ["key"],
    index: "rate_limits_expire",
    where: sql`expire < ${Date.now()} AND ${namingRow("points")}`,
    orderBy: "expire",
    limit,
  });
}
