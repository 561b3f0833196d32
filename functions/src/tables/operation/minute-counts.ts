import { type Selectable, sql } from "kysely";
import { byIndex, deleteByIndex, namingRow } from "../../database/access-paths.ts";
import type { Db, MinuteCountsTable } from "../../database/schema.ts";

export type MinuteCount = Selectable<MinuteCountsTable>;
type NamedCount = Omit<MinuteCount, "minute">;

const THIS_MINUTE = sql<Date>`FROM_UNIXTIME(UNIX_TIMESTAMP() DIV 60 * 60)`;

/** Adds to this minute's counts. Sorted by their names, so that two callers cannot deadlock. */
export async function insertMinuteCounts(db: Db, counts: NamedCount[]): Promise<void> {
  const sorted = counts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  await db
    .insertInto("minute_counts")
    .values(sorted.map((one) => ({ ...one, minute: THIS_MINUTE })))
    .onDuplicateKeyUpdate({ count: sql`count + VALUES(count)` })
    .execute();
}

/** The counts of the last `minutes` minutes and of this one, oldest first. */
export async function listMinuteCounts(db: Db, minutes: number): Promise<MinuteCount[]> {
  return db
    .selectFrom(byIndex("minute_counts", "PRIMARY"))
    .selectAll()
    .where("minute", ">", sql<Date>`NOW() - INTERVAL ${minutes} MINUTE`)
    .orderBy("minute")
    .execute();
}

/** Deletes at most `limit` counts older than `hours`. */
export async function deleteOldMinuteCounts(db: Db, hours: number, limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "minute_counts",
    key: ["minute", "metric", "label"],
    index: "PRIMARY",
    where: sql`minute < NOW() - INTERVAL ${hours} HOUR AND ${namingRow("count")}`,
    orderBy: "minute",
    limit,
  });
}

const nameOf = ({ metric, label }: NamedCount): string => `${metric} ${label}`;
