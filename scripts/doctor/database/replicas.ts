import type { RowDataPacket } from "mysql2/promise";
import { replicaUrls, serverName } from "../../../functions/src/database/urls.ts";
import { connect, databaseOf } from "../../platform/mysql/database.ts";
import { messageOf } from "../../platform/problem.ts";
import { budgetOf } from "../local/budget.ts";
import { type Outcome, error, ok, warning } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import { type ServerFacts, readServerFacts } from "./facts.ts";
import { connections, encryption } from "./server.ts";

const GUIDE = "see docs/deploy.md, Replicas";

/** The servers in MYSQL_REPLICA_URLS. The API leaves out one that will not do, so nobody notices that it never helps. */
export async function replicas({ env, settings }: Surroundings, primaryUrl: string): Promise<Outcome[]> {
  const text = env["MYSQL_REPLICA_URLS"] || settings["MYSQL_REPLICA_URLS"] || "";
  const parsed = replicaUrls.safeParse(text);
  if (!parsed.success) {
    return [error(`MYSQL_REPLICA_URLS ${parsed.error.issues.map(({ message }) => message).join("; ")}`, GUIDE)];
  }
  if (parsed.data.length === 0) return [ok("MYSQL_REPLICA_URLS is not set, so every read goes to the primary")];
  const primaryId = await readDatabaseId(primaryUrl);
  const found = await Promise.all(
    parsed.data.map((url) => examineReplica(url, primaryId, budgetOf(settings).onReplica)),
  );
  return found.flat();
}

async function examineReplica(
  url: string,
  primaryId: string | undefined,
  budget: Parameters<typeof connections>[1],
): Promise<Outcome[]> {
  const name = serverName(url);
  const named = (outcome: Outcome): Outcome => ({ ...outcome, message: `${name}: ${outcome.message}` });
  let facts: ServerFacts;
  let databaseId: string | undefined;
  try {
    facts = await readServerFacts(url);
    databaseId = facts.charset === undefined ? undefined : await readDatabaseId(url);
  } catch (cause) {
    return [named(error(messageOf(cause), "check the address, the user, its right to SELECT, and the network"))];
  }
  const outcomes = [
    readOnly(facts),
    commitOrder(facts),
    sameData(facts, databaseOf(url), databaseId, primaryId),
    ...connections(facts, budget),
    ...encryption(url, facts),
  ];
  return outcomes.map(named);
}

export function readOnly({ variables }: Pick<ServerFacts, "variables">): Outcome {
  const isOn = (name: string) => !["OFF", "0"].includes(variables[name] ?? "OFF");
  if (isOn("read_only") || isOn("innodb_read_only")) return ok("it takes no writes");
  return error("it takes writes, so the API reads nothing on it", `set read_only; ${GUIDE}`);
}

/** Without it, a replica can show a later comment without an earlier one. MariaDB always keeps the order. */
export function commitOrder({ variables }: Pick<ServerFacts, "variables">): Outcome {
  if (variables["replica_preserve_commit_order"] !== "OFF") return ok("it applies transactions in their order");
  const cure = "set replica_preserve_commit_order to ON";
  return error("it may apply transactions in another order than the primary's", cure);
}

export function sameData(
  { charset }: Pick<ServerFacts, "charset">,
  database: string,
  databaseId: string | undefined,
  primaryId: string | undefined,
): Outcome {
  if (charset === undefined) return error(`it has no database ${database}`, GUIDE);
  if (primaryId === undefined) return ok("no heartbeat was written on the primary yet, so its data cannot be compared");
  if (databaseId === primaryId) return ok("it has the primary's data");
  if (databaseId !== undefined) return error("it has the data of another database than the primary's", GUIDE);
  return warning("it does not have the primary's heartbeat: it lags, or does not replicate", GUIDE);
}

/** The id that the first heartbeat gave to a database; undefined before that, and before its migration. */
async function readDatabaseId(url: string): Promise<string | undefined> {
  const connection = await connect({ uri: url });
  try {
    const [[row]] = await connection.query<RowDataPacket[]>("SELECT database_id FROM heartbeats WHERE id = 1");
    return row?.["database_id"] as string | undefined;
  } catch (cause) {
    if ((cause as { code?: string }).code === "ER_NO_SUCH_TABLE") return undefined;
    throw cause;
  } finally {
    await connection.end();
  }
}
