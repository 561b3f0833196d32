import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Db, Schema } from "./schema.ts";

/**
 * A table that is read by this index and by no other, whatever the server's statistics say; by several, for a condition with OR. For
 * `selectFrom`, joins, `updateTable` and `using`. MySQL and MariaDB both take `FORCE INDEX`; optimizer hints in comments are MySQL's alone.
 */
export function byIndex<Table extends keyof Schema>(table: Table, ...indexes: [string, ...string[]]) {
  const alias = sql`${sql.ref(table)} FORCE INDEX (${sql.join(indexes.map((index) => sql.ref(index)))})`;
  return sql<Selectable<Schema[Table]>>`${sql.table(table)}`.as<Table>(alias);
}

/**
 * A condition that is always true. It names a column that the index lacks, and which is never null. MySQL may read a whole index instead of
 * a range of it, hint or not, if the index has all columns that the query names, and its statistics say that the table is small.
 */
export function namingRow(column: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} IS NOT NULL`;
}

/** For `modifyFront`: the tables are joined in the order in which they are written. */
export const IN_WRITTEN_ORDER = sql`STRAIGHT_JOIN`;

interface RowsToDelete {
  table: string;
  /** The columns of the primary key. */
  key: readonly string[];
  /** The index by which the rows are found. */
  index: string;
  where: RawBuilder<unknown>;
  /** A column of the index. Default: any rows that match. */
  orderBy?: string;
  limit: number;
}

/**
 * Deletes at most `limit` rows; returns how many. A DELETE that has a limit takes no index hint, so the primary keys are found first. The
 * condition is checked again on the locked rows: one that changed meanwhile stays.
 */
export async function deleteByIndex(
  db: Db,
  { table, key, index, where, orderBy, limit }: RowsToDelete,
): Promise<number> {
  const found = key.map((column) => sql`${sql.ref(column)} AS ${sql.ref(`found_${column}`)}`);
  const isSame = key.map((column) => sql`${sql.ref(`${table}.${column}`)} = ${sql.ref(`found.found_${column}`)}`);
  const order = orderBy === undefined ? sql`` : sql`ORDER BY ${sql.ref(orderBy)}`;
  const { numAffectedRows } = await sql`
    DELETE ${sql.table(table)} FROM (
      SELECT ${sql.join(found)} FROM ${sql.table(table)} FORCE INDEX (${sql.ref(index)})
      WHERE ${where} ${order} LIMIT ${sql.lit(limit)}
    ) AS found STRAIGHT_JOIN ${sql.table(table)} FORCE INDEX (PRIMARY) ON ${sql.join(isSame, sql` AND `)}
    WHERE ${where}`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
