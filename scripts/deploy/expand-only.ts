/**
 * What the code that runs now may not survive: while a deployment replaces the instances, the old code works on the new schema. A migration
 * adds first (expand); what nothing reads any more is removed by a later release (contract).
 */
const CONTRACTING: [RegExp, string][] = [
  [/^DROP\s+(TABLE|DATABASE|VIEW)\b/i, "drops a table"],
  // `RENAME other` renames the table: TO is optional. What an index is called is judged by the trial of the release.
  [/\bRENAME\s+(?!INDEX\b|KEY\b)/i, "renames"],
  [/^TRUNCATE\b/i, "empties a table"],
  [
    /\bDROP\s+(COLUMN\s+)?(?!TABLE\b|DATABASE\b|VIEW\b|KEY\b|INDEX\b|FOREIGN\b|CONSTRAINT\b|CHECK\b|DEFAULT\b)`?\w+/i,
    "drops a column",
  ],
  [/\bCHANGE\s+(COLUMN\s+)?`?\w+/i, "renames or changes a column"],
  [/\bMODIFY\s+(COLUMN\s+)?`?\w+|\bCONVERT\s+TO\b/i, "changes a column's type"],
  // Of a column that takes NULL it does no harm, but the text does not tell whether it does.
  [/\bDROP\s+DEFAULT\b/i, "drops a default, without which old inserts may fail"],
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

const OTHER_THAN_COLUMNS = /^(KEY|INDEX|UNIQUE|CONSTRAINT|PRIMARY|FOREIGN|CHECK|FULLTEXT|SPATIAL)\b/i;

function hasRequiredColumn(statement: string): boolean {
  if (!/^ALTER\s+TABLE\b/i.test(statement)) return false;
  return addedBy(statement).some(
    (added) => !OTHER_THAN_COLUMNS.test(added) && /\bNOT NULL\b/i.test(added) && !/\bDEFAULT\b|\bAS \(/i.test(added),
  );
}

/** What a statement adds: one definition, or several in brackets, after each ADD. */
function addedBy(statement: string): string[] {
  return splitAtCommas(statement).flatMap((part) => {
    const added = /\bADD\s+(?:COLUMN\s+)?(.*)$/i.exec(part)?.[1];
    if (added === undefined) return [];
    return added.startsWith("(") ? splitAtCommas(added.slice(1, -1)) : [added];
  });
}

/** The parts between the commas that are in no brackets. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (character === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else {
      part += character;
    }
  }
  return [...parts, part.trim()];
}
