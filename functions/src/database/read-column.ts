/** What the driver tells about a value that it has read. */
interface Field {
  type: string;
  length: number;
  string(): string | null;
}

/**
 * Reads a value where the driver's own way is not ours. `TINYINT(1)` is a boolean. Of a `DATETIME`, which is UTC, the driver takes the years
 * 0000 to 0099 for others: 0001-12-31 becomes 2031-01-12.
 */
export function readColumn(field: Field, next: () => unknown): unknown {
  if (field.type === "TINY" && field.length === 1) return field.string() === "1";
  if (field.type !== "DATETIME") return next();
  const text = field.string();
  return text === null ? null : new Date(`${text.replace(" ", "T")}Z`);
}
