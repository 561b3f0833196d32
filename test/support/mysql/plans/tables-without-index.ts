/** The tables that a statement reads or changes without naming an index. A table into which it only inserts needs none. */
export function tablesWithoutIndex(statement: string, tables: string[]): string[] {
  const text = statement
    .replaceAll("`", "")
    .replaceAll(/\bDELETE (FROM )?\w+ (?=USING\b|FROM\b)/gi, "")
    .replaceAll(/\bON DUPLICATE KEY UPDATE\b/gi, "");
  const reads = text.matchAll(
    /\b(?:FROM|JOIN|UPDATE|USING)\s+(\w+)(?:(?:\s+AS)?\s+(?!FORCE\b|ON\b|WHERE\b|SET\b)\w+)?(\s+FORCE INDEX)?/gi,
  );
  return Array.from(reads, ([, table = "", hint]) => (hint === undefined ? table : "")).filter((table) =>
    tables.includes(table),
  );
}
