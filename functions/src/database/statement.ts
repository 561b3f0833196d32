import { CompiledQuery } from "kysely";
import type { Db } from "./schema.ts";

/**
 * A statement that is built and not yet run: `execute` or `executeAll` runs it.
 *
 * A forgotten `execute` must not pass unnoticed, so a statement looks like a promise. The linter reports one that nobody uses
 * (`no-floating-promises`), and one that is awaited by mistake throws.
 */
export class Statement<Row = unknown> {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Only for the compiler: the type of the rows. */
  declare readonly rows: Row[];

  constructor(sql: string, values: readonly unknown[]) {
    this.sql = sql;
    this.values = values;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- see above
  then(_resolve: (value: never) => void, _reject: (error: unknown) => void): never {
    throw new Error("a statement was awaited instead of executed");
  }
}

/**
 * Builds a statement from its text, for the few that run with every post: building one of 24 rows with Kysely takes longer than MySQL
 * takes to run it. Values are bound: a `?` takes one value, a list or a list of rows.
 */
export function statement<Row = unknown>(sql: string, values: readonly unknown[] = []): Statement<Row> {
  return new Statement<Row>(sql, values);
}

/** The same piece of SQL `count` times, with a separator between. */
export const repeated = (piece: string, count: number, separator: string): string =>
  Array(count).fill(piece).join(separator);

/** Runs one statement; returns its rows. */
export async function execute<Row>(db: Db, one: Statement<Row>): Promise<Row[]> {
  const { rows } = await db.executeQuery<Row>(compiled(one));
  return rows;
}

/** Runs one statement that returns no rows; returns how many rows it matched. */
export async function executeUpdate(db: Db, one: Statement): Promise<number> {
  const { numAffectedRows } = await db.executeQuery(compiled(one));
  return Number(numAffectedRows ?? 0n);
}

/** The rows of each of several statements; undefined for a statement that returns none. */
export type RowsOfEach<Statements extends readonly Statement[]> = {
  [N in keyof Statements]: (Statements[N] extends Statement<infer Row> ? Row[] : never) | undefined;
};

/**
 * Runs several statements in one round trip, on a database opened with `multipleStatements`. The first failure ends it; what the
 * statements before it did stays.
 */
export function executeAll<const Statements extends readonly Statement[]>(
  db: Db,
  statements: Statements,
): Promise<RowsOfEach<Statements>>;
// The compiler cannot follow which rows belong to which statement.
export async function executeAll(db: Db, statements: readonly Statement[]): Promise<unknown[]> {
  const text = statements.map(({ sql }) => sql).join("; ");
  const values = statements.flatMap((each) => each.values);
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
  // For a single statement the driver returns its rows, and not a list of results.
  if (statements.length === 1) return [rows];
  return rows.map((result) => (Array.isArray(result) ? result : undefined));
}

function compiled<Row>({ sql, values }: Statement<Row>): CompiledQuery<Row> {
  return CompiledQuery.raw(sql, [...values]);
}
