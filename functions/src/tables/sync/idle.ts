import { sql } from "kysely";

/** A condition: the time in the column is more than `seconds` ago, or there was none. */
export function idleFor(column: "attempted_at" | "reconciled_at", seconds: number) {
  const time = sql.ref(column);
  return sql<boolean>`(${time} IS NULL OR ${time} < NOW(3) - INTERVAL ${seconds} SECOND)`;
}
