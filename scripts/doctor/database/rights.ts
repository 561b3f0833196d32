import { type Outcome, error, ok, warning } from "../outcome.ts";
import type { ServerFacts } from "./facts.ts";

/** What the functions and the migrations do. */
const NEEDED = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX", "DROP", "REFERENCES"];

/** What SHOW GRANTS says of our user. */
export function rights({ grants, isLocal }: Pick<ServerFacts, "grants" | "isLocal">, database: string): Outcome[] {
  const held = new Set(grants.flatMap((grant) => rightsIn(grant, database)));
  const missing = held.has("ALL PRIVILEGES") ? [] : NEEDED.filter((right) => !held.has(right));
  const cure = `GRANT ALL PRIVILEGES ON \`${database}\`.* TO the user`;
  if (missing.length > 0) return [error(`the user lacks ${missing.join(", ")} on ${database}`, cure)];
  const isAdministrator = grants.some((grant) => / ON \*\.\* /.test(grant) && /\b(SUPER|ALL PRIVILEGES)\b/.test(grant));
  if (!isAdministrator || isLocal) return [ok(`the user has the rights it needs on ${database}`)];
  return [warning("the user is the server's administrator", `make a user for the functions alone: ${cure}`)];
}

function rightsIn(grant: string, database: string): string[] {
  const [, list = "", scope = ""] = /^GRANT (.+?) ON (\S+) TO /.exec(grant) ?? [];
  const [, pattern] = /^`?(.*?)`?\.\*$/.exec(scope) ?? [];
  if (pattern === undefined || !matches(pattern, database)) return [];
  return list.split(/,\s*/).map((right) => right.trim().toUpperCase());
}

/** A grant's database is a LIKE pattern. */
function matches(pattern: string, database: string): boolean {
  if (pattern === "*") return true;
  const source = pattern
    .replaceAll(/[.*+?^${}()|[\]]/g, String.raw`\$&`)
    .replaceAll(/\\?[%_]/g, (found) => (found.length === 2 ? found.slice(1) : found === "%" ? ".*" : "."));
  return new RegExp(`^${source}$`).test(database);
}
