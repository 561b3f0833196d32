import type { RowDataPacket } from "mysql2/promise";
import { checkServer, SERVER_SETTINGS_QUERY } from "../../../functions/src/database/connections/server-check.ts";
import { connect, databaseOf } from "../../platform/mysql/database.ts";
import { migrationStatus } from "../../platform/mysql/migrations.ts";
import { migrations } from "../../platform/paths.ts";
import { messageOf } from "../../platform/problem.ts";
import { budgetOf } from "../local/budget.ts";
import { type Check, type Outcome, error, ok, warning } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import { type ServerFacts, readServerFacts } from "./facts.ts";
import { replicas } from "./replicas.ts";
import { rights } from "./rights.ts";
import * as server from "./server.ts";

type OnServer = (facts: ServerFacts, url: string, surroundings: Surroundings) => Outcome[];

/** What the facts of one server tell. */
const ON_SERVER: Record<string, OnServer> = {
  "mysql-encryption": (facts, url) => server.encryption(url, facts),
  "mysql-durability": server.durability,
  "mysql-binary-log": server.binaryLog,
  "mysql-writable": server.writable,
  "mysql-engine": server.storageEngine,
  "mysql-charset": server.characterSet,
  "mysql-clock": server.clock,
  "mysql-connections": (facts, _, { settings }) => server.connections(facts, budgetOf(settings)),
  "mysql-rights": (facts, url) => rights(facts, databaseOf(url)),
};

/** The checks of the database in MYSQL_URL; one line that says so if it is not set. */
export async function databaseChecks({ env }: Surroundings): Promise<Check[]> {
  const url = env["MYSQL_URL"];
  if (!url) return [{ id: "mysql", run: () => [ok("MYSQL_URL is not set, so the database is not checked")] }];
  let facts: ServerFacts;
  try {
    facts = await readServerFacts(url);
  } catch (cause) {
    const cure = "check the address, the user, the password and the network (docs/deploy.md, Cloud SQL)";
    return [{ id: "mysql", run: () => [error(messageOf(cause), cure)] }];
  }
  const onServer = Object.entries(ON_SERVER).map(([id, run]): Check => ({
    id,
    run: (surroundings) => run(facts, url, surroundings),
  }));
  return [
    { id: "mysql", run: () => serverOutcomes(url) },
    ...onServer,
    { id: "mysql-migrations", run: () => migrationOutcomes(url, facts) },
    { id: "mysql-replicas", run: (surroundings) => replicas(surroundings, url) },
  ];
}

/** The same check that the functions make with their first connection. */
async function serverOutcomes(url: string): Promise<Outcome[]> {
  const withoutDatabase = new URL(url);
  withoutDatabase.pathname = "/";
  const connection = await connect({ uri: withoutDatabase.href });
  try {
    const [[settings]] = await connection.query<RowDataPacket[]>(SERVER_SETTINGS_QUERY);
    checkServer(settings);
    return [ok(`the server is ${String(settings?.["version"])}`)];
  } catch (cause) {
    return [error(messageOf(cause), "change the server's flag, or its version")];
  } finally {
    await connection.end();
  }
}

async function migrationOutcomes(url: string, { charset }: ServerFacts): Promise<Outcome[]> {
  if (charset === undefined) return [warning("no migration is applied", "npm run migrate")];
  try {
    const { applied, pending } = await migrationStatus(url, migrations);
    if (pending.length === 0) return [ok(`all ${applied.length} migrations are applied`)];
    return [warning(`not applied yet: ${pending.join(", ")}`, "npm run migrate, or let npm run deploy do it")];
  } catch (cause) {
    return [error(messageOf(cause), "deploy the code that fits the database, or restore the file")];
  }
}
