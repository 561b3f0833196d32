import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ReplicaProcess, mysqlUrl, startMysql } from "../../../scripts/platform/mysql/server.ts";
import { refuseRemoteServers } from "../../../scripts/platform/local-servers.ts";
import { local } from "../../../scripts/platform/paths.ts";
import { Problem } from "../../../scripts/platform/problem.ts";
import { createSteps } from "../../../scripts/platform/steps.ts";
import { createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { freePort } from "./free-port.ts";
import { dropLeftDatabases, recordChildren, sweepKilledRuns } from "./leftovers.ts";

/** A replica of the suite's MySQL server. */
export interface ReplicaServer extends ReplicaProcess {
  url: string;
}

/**
 * Runs `work` with MYSQL_URL set. If it is not set yet, it names a private server that ends with the work; that one may have a replica.
 * @throws Problem when the server is another machine's, or a replica is wanted of one that is not ours
 */
export async function withMysql(
  work: (replica?: ReplicaServer) => Promise<void>,
  { hasReplica = false }: { hasReplica?: boolean } = {},
): Promise<void> {
  await refuseRemoteServers(process.env, "name one of this machine: it is loaded, and its connections are cut");
  await sweepKilledRuns(console.log);
  const end = recordChildren();
  try {
    await withServer(work, hasReplica);
  } finally {
    end();
  }
}

async function withServer(work: (replica?: ReplicaServer) => Promise<void>, hasReplica: boolean): Promise<void> {
  if (process.env["MYSQL_URL"]) {
    if (hasReplica) throw new Problem("--replica starts a MySQL server of its own: unset MYSQL_URL.");
    return work();
  }
  const steps = createSteps(false);
  const folder = join(local, "faults");
  mkdirSync(folder, { recursive: true });
  const supervisor = await createSupervisor(folder, steps.print);
  try {
    const url = mysqlUrl(undefined, await freePort());
    const replicaUrl = hasReplica ? mysqlUrl(undefined, await freePort()) : undefined;
    const server = { url, replicaUrl, isPrivate: true, folder, steps, supervisor, onExit: () => {} };
    let replica: ReplicaProcess | undefined;
    await steps.run("MySQL", async () => {
      replica = await startMysql(server);
    });
    await dropLeftDatabases(url);
    process.env["MYSQL_URL"] = url;
    await work(replica && replicaUrl !== undefined ? { ...replica, url: replicaUrl } : undefined);
  } finally {
    await supervisor.stop();
  }
}
