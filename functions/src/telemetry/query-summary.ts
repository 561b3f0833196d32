/** How much of a statement is read. The verb and the first table stand in it, except behind a long list of columns. */
const READ_CHARACTERS = 2_000;
const TABLE = /\b(?:FROM|INTO|UPDATE|TABLE)\s+`?([a-z_]{1,64})\b/i;
const VERB = /^\s*([a-z]{1,16})\b/i;

/**
 * What a statement does, in few words: `SELECT comments`. Several statements in one are `BATCH` and the first that names a table. There are
 * as many summaries as pairs of a verb and a table, so they can be the attribute of a metric.
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
 */
export function summarizeQuery(sql: string): string {
  const read = sql.slice(0, READ_CHARACTERS);
  const [first = "", ...others] = read.split(";").filter((piece) => piece.trim() !== "");
  const named = [first, ...others].find((piece) => TABLE.test(piece)) ?? first;
  const verb = VERB.exec(named)?.[1]?.toUpperCase() ?? "OTHER";
  const table = TABLE.exec(named)?.[1]?.toLowerCase();
  return [...(others.length > 0 ? ["BATCH"] : []), verb, ...(table === undefined ? [] : [table])].join(" ");
}
