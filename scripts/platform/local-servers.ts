import type { RowDataPacket } from "mysql2/promise";
import { connect, withDatabase } from "./mysql/database.ts";
import { Problem } from "./problem.ts";

type Environment = Record<string, string | undefined>;

/** The variables of an environment that name a server on another machine, or an instance of Cloud SQL by its socket. */
export function remoteServers(env: Environment): string[] {
  // Replicas are only used beside the server that they repeat.
  const names = env["MYSQL_URL"] ? ["MYSQL_URL", "MYSQL_REPLICA_URLS", "REDIS_URL"] : ["REDIS_URL"];
  return names.filter((name) => (env[name] ?? "").split(",").some((url) => url.trim() !== "" && !isLocal(url.trim())));
}

/** A text that is no URL counts as local: whoever uses it says what is wrong with it. */
function isLocal(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname, searchParams } = new URL(url);
  const socketPath = protocol === "mysql:" ? searchParams.get("socketPath") : null;
  if (socketPath !== null) return !socketPath.startsWith("/cloudsql/");
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Cloud SQL's servers name themselves: a proxy on this machine leads to one under a local address. */
export const isCloudSql = (version: string): boolean => version.includes("-google");

/**
 * Refuses servers that are not this machine's. A shell in which somebody worked on production still has its variables: what develops or
 * measures would migrate, fill or load it.
 * @param instead what a person can do if they mean it
 * @throws Problem that names the variables; if the MySQL server cannot be reached
 */
export async function refuseRemoteServers(env: Environment, instead: string): Promise<void> {
  const remote = remoteServers(env);
  if (remote.length > 0) {
    throw refusal(`${remote.join(" and ")} in the environment: not a server of this machine.`, instead);
  }
  const url = env["MYSQL_URL"];
  if (!url) return;
  const connection = await connect({ uri: withDatabase(url, "") });
  try {
    const [[row]] = await connection.query<RowDataPacket[]>("SELECT VERSION() AS version");
    if (isCloudSql(String(row?.["version"]))) throw refusal("MYSQL_URL leads to Cloud SQL, through a proxy.", instead);
  } finally {
    await connection.end();
  }
}

const refusal = (what: string, instead: string) => new Problem(`${what} Nothing was done. Unset it, or ${instead}.`);
