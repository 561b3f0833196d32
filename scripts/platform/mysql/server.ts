import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ChildOptions } from "../processes/child.ts";
import { answers, databaseOf, ensureDatabase, withDatabase } from "./database.ts";
import { canInstall, installPackage } from "../debian.ts";
import { dockerOptions, hasDocker } from "./docker.ts";
import { findMysqlPrograms } from "./program.ts";
import { dataFolder, initialiseData, mysqldOptions } from "./mysqld.ts";
import { Problem } from "../problem.ts";
import type { Steps } from "../steps.ts";
import type { Supervisor } from "../processes/supervisor.ts";
import { untilReady } from "../processes/readiness.ts";

export interface MysqlOptions {
  /** Of the database. */
  url: string;
  /** Whether to start a server for it, on its port; otherwise one is there already. */
  own: boolean;
  folder: string;
  steps: Steps;
  supervisor: Supervisor;
  onEnd: Parameters<Supervisor["start"]>[1];
}

/** The database's URL: on the server given, or on one of our own on this port. */
export function mysqlUrl(given: string | undefined, port: number): string {
  const server = given ?? `mysql://root@127.0.0.1:${port}`;
  return withDatabase(server, databaseOf(server));
}

/** A MySQL server with our database: the one given, else a program found here, else Docker's, else Debian's package. */
export async function startMysql(options: MysqlOptions): Promise<void> {
  const { url, own, supervisor, onEnd } = options;
  if (own) {
    const child = await supervisor.start(await serverOptions(options), onEnd);
    // A container's first start pulls the image, and a killed server recovers first: minutes at worst.
    await untilReady(child, () => answers(withDatabase(url, "")));
  }
  await ensureDatabase(url);
}

async function serverOptions({ folder, url, steps }: MysqlOptions): Promise<ChildOptions> {
  const port = Number(new URL(url).port);
  let programs = findMysqlPrograms();
  if (programs.length === 0 && (await hasDocker())) return dockerOptions(folder, port);
  if (programs.length === 0 && canInstall()) {
    await installPackage("mariadb-server-core", join(folder, "logs/apt-mysql.log"), steps.say);
    programs = findMysqlPrograms();
  }
  // The kind that has data here wins over a better one installed since: its data is what the developer expects to see.
  const program = programs.find(({ kind }) => existsSync(dataFolder(folder, kind))) ?? programs[0];
  if (!program) {
    throw new Problem(
      "No MySQL server: set MYSQL_URL, start Docker, or install one (Debian: apt-get install mariadb-server-core; " +
        "macOS: brew install mysql).",
    );
  }
  await initialiseData(program, folder);
  return mysqldOptions(program, folder, port);
}
