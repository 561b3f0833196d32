/**
 * What the code that runs now may not survive: while a deployment replaces the instances, the old code works on the new schema. A migration
 * adds first (expand); what nothing reads any more is removed by a later release (contract).
 */
const CONTRACTING: [RegExp, string][] = [
  [/^DROP\s+(TABLE|DATABASE|VIEW)\b/i, "drops a table"],
  [/^(RENAME\s+TABLE)\b|\bRENAME\s+(TO|COLUMN|AS)\b/i, "renames"],
  [/^TRUNCATE\b/i, "empties a table"],
  [/\bDROP\s+(COLUMN\s+)?(?!KEY\b|INDEX\b|FOREIGN\b|CONSTRAINT\b|CHECK\b|DEFAULT\b)`?\w+/i, "drops a column"],
  [/\bCHANGE\s+(COLUMN\s+)?`?\w+/i, "renames or changes a column"],
  [/\bMODIFY\s+(COLUMN\s+)?`?\w+/i, "changes a column's type"],
  [
    /\bADD\s+(UNIQUE|CONSTRAINT|CHECK|FOREIGN|PRIMARY)\b|^CREATE\s+UNIQUE\b/i,
    "adds a condition that old writes may break",
  ],
];

/** The places in a migration that are not expand-only: what each does, with the statement's beginning. */
export function contractionsIn(sql: string): string[] {
  return statementsIn(sql).flatMap((statement) => {
    const found = CONTRACTING.filter(([pattern]) => pattern.test(statement)).map(([, what]) => what);
    if (hasRequiredColumn(statement)) found.push("adds a column without a default, which old inserts do not give");
    return found.map((what) => `${what}: ${statement.slice(0, 80)}`);
  });
}

/** Statements on one line each, without comments. No migration has a semicolon within a string. */
function statementsIn(sql: string): string[] {
  return sql
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "")
    .split(";")
    .map((statement) => statement.replaceAll(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}

function hasRequiredColumn(statement: string): boolean {
  if (!/^ALTER\s+TABLE\b/i.test(statement)) return false;
  return statement
    .split(/,(?![^(]*\))/)
    .some(
      (part) =>
        /\bADD\s+(COLUMN\s+)?(?!KEY|INDEX|UNIQUE|CONSTRAINT|PRIMARY|FOREIGN|CHECK)\w/i.test(part) &&
        /\bNOT NULL\b/i.test(part) &&
        !/\bDEFAULT\b|\bAS \(/i.test(part),
    );
}
