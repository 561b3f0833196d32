import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RulesJson, parseRulesJson } from "../../../rtdb-server/rules/parse-rules-json.ts";
import { type Outcome, error, ok, outdated } from "../outcome.ts";
import type { ProjectFacts } from "./facts.ts";

export function database({ database, databaseName, id }: ProjectFacts): Outcome[] {
  const create = `npx firebase database:instances:create ${databaseName} --project ${id}, or set RTDB_URL`;
  if (!database) return [error(`there is no Realtime Database ${databaseName}`, create)];
  if (database.state !== undefined && database.state !== "ACTIVE") {
    return [error(`the Realtime Database ${databaseName} is ${database.state}`, "enable it in the Firebase console")];
  }
  return [ok(`the Realtime Database is ${database.databaseUrl}`)];
}

/** A database that is not the project's default one has another address than the one that the functions take by default. */
export function databaseUrl({ database }: ProjectFacts, settings: Record<string, string>): Outcome[] {
  if (!database) return [];
  const configured = settings["RTDB_URL"];
  const isDefault = database.type !== "USER_DATABASE";
  // The platform gives the default database's address to the functions.
  if (configured === undefined && isDefault) return [ok("the functions get the database's address from the platform")];
  if (configured?.replace(/\/$/, "") === database.databaseUrl) return [ok("RTDB_URL is the database's address")];
  return [error(`RTDB_URL is not ${database.databaseUrl}`, `RTDB_URL=${database.databaseUrl} in .env`)];
}

/** Before the first deployment a database has Firebase's own rules, which deny everything or allow everything. */
export async function rulesInForce({ database, google, id }: ProjectFacts, root: string): Promise<Outcome[]> {
  if (!database) return [];
  const inForce = await google.text(new URL("/.settings/rules.json", database.databaseUrl).href);
  const ours = readFileSync(join(root, "database.rules.json"), "utf8");
  if (canonical(inForce) === canonical(ours)) return [ok("the rules in force are those of database.rules.json")];
  const cure = `npx firebase deploy --only database --project ${id}; npm run deploy does it`;
  return [outdated("the rules in force differ from database.rules.json", cure)];
}

/** Rules without comments, without an order, and without the spaces that mean nothing. */
function canonical(text: string): string {
  return JSON.stringify(plain(parseRulesJson(text)));
}

function plain(json: RulesJson): unknown {
  if (json.kind === "list") return json.items.map(plain);
  if (json.kind !== "object")
    return typeof json.value === "string" ? json.value.replaceAll(/\s+/g, " ").trim() : json.value;
  const entries = json.entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return Object.fromEntries(entries.map(({ key, value }) => [key, plain(value)]));
}
