import { existsSync } from "node:fs";
import { join } from "node:path";
import { canInstall, installPackage } from "../debian.ts";
import { Problem } from "../problem.ts";
import type { ChildOptions, ExitHandler } from "../processes/child.ts";
import { waitUntilReady } from "../processes/readiness.ts";
import type { Supervisor } from "../processes/supervisor.ts";
import type { Steps } from "../steps.ts";
import { databaseOf, ensureDatabase, isReachable, withDatabase } from "./database.ts";
import { dockerOptions, hasDocker } from "./docker.ts";
import { dataFolder, initializeData, mysqldOptions } from "./mysqld.ts";
import { findMysqlPrograms } from "./program.ts";

export interface MysqlOptions {
  /** The database's URL. */
  url: string;
  /** Whether to start a server on the URL's port. Otherwise one runs there already. */
  isPrivate: boolean;
  folder: string;
  steps: Steps;
  supervisor: Supervisor;
  onExit: ExitHandler;
}

/** The database's URL: on the given server, or on a private one on this port. */
export function mysqlUrl(given: string | undefined, port: number): string {
  const server = given ?? `mysql://root@127.0.0.1:${port}`;
  return withDatabase(server, databaseOf(server));
}

/**
 * Makes sure that MySQL runs and has our database. A private server is a program of this machine, else a Docker
 * container, else Debian's package.
 */
export async function startMysql(options: MysqlOptions): Promise<void> {
  const { url, isPrivate, supervisor, onExit } = options;
  if (isPrivate) {
    const child = await supervisor.start(await chooseServer(options), onExit);
    // This can take minutes: a container's first start pulls the image, and a killed server first recovers.
    await waitUntilReady(child, () => isReachable(withDatabase(url, "")));
  }
  await ensureDatabase(url);
}

async function chooseServer({ folder, url, steps }: MysqlOptions): Promise<ChildOptions> {
  const port = Number(new URL(url).port);
  let programs = findMysqlPrograms();
  if (programs.length === 0 && (await hasDocker())) return dockerOptions(folder, port);
  if (programs.length === 0 && canInstall()) {
    await installPackage("mariadb-server-core", { logFile: join(folder, "logs/apt-mysql.log"), print: steps.print });
    programs = findMysqlPrograms();
  }
  // The kind that has data here wins over a better one installed since: the developer expects to see that data.
  const program = programs.find(({ kind }) => existsSync(dataFolder(folder, kind))) ?? programs[0];
  if (!program) {
    throw new Problem(
      "No MySQL server: set MYSQL_URL, start Docker, or install one (Debian: apt-get install mariadb-server-core; " +
        "macOS: brew install mysql).",
    );
  }
  await initializeData(program, folder);
  return mysqldOptions(program, folder, port);
}
