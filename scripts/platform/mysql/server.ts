import { existsSync } from "node:fs";
import { join } from "node:path";
import { canInstall, installPackage } from "../debian.ts";
import { Problem } from "../problem.ts";
import type { Child, ChildOptions, ExitHandler } from "../processes/child.ts";
import { killGroup } from "../processes/process-table.ts";
import { waitUntilReady } from "../processes/readiness.ts";
import type { Supervisor } from "../processes/supervisor.ts";
import type { Steps } from "../steps.ts";
import { databaseOf, ensureDatabase, isReachable, withDatabase } from "./database.ts";
import { dockerOptions, hasDocker } from "./docker.ts";
import { dataFolder, initializeData, mysqldOptions } from "./mysqld.ts";
import { type MysqlProgram, findMysqlPrograms } from "./program.ts";
import { copyData, replicate } from "./replication.ts";

export interface MysqlOptions {
  /** The database's URL. */
  url: string;
  /** Whether to start a server on the URL's port. Otherwise one runs there already. */
  isPrivate: boolean;
  /** Where a replica of a private server is started too, with a copy of its data. */
  replicaUrl?: string | undefined;
  folder: string;
  /** Whether a private server finds its data again when it starts the next time in this folder. A program always does. */
  keepsData?: boolean | undefined;
  steps: Steps;
  supervisor: Supervisor;
  onExit: ExitHandler;
}

/** The database's URL: on the given server, or on a private one on this port. */
export function mysqlUrl(given: string | undefined, port: number): string {
  const server = given ?? `mysql://root@127.0.0.1:${port}`;
  return withDatabase(server, databaseOf(server));
}

/** A replica whose process a test may kill. */
export interface ReplicaProcess {
  kill(): Promise<void>;
  /** Starts it again. It goes on where it was. */
  start(): Promise<void>;
}

/**
 * Makes sure that MySQL runs and has our database. A private server is a program of this machine, else a Docker
 * container, else Debian's package.
 * @returns the replica, if one was started
 */
export async function startMysql(options: MysqlOptions): Promise<ReplicaProcess | undefined> {
  const { url, replicaUrl, isPrivate, folder, keepsData = false } = options;
  let replica: ReplicaProcess | undefined;
  if (isPrivate) {
    const program = await findServer(options);
    if (program) await initializeData(program, folder);
    if (replicaUrl !== undefined) replica = await startReplicated(program, replicaUrl, options);
    else {
      const port = portOf(url);
      const child = program ? mysqldOptions(program, folder, port) : dockerOptions({ folder, port, keepsData });
      await start(child, options);
    }
  }
  await ensureDatabase(url);
  return replica;
}

/** Starts a server and waits for it. This can take minutes: a container's first start pulls the image, and a killed server first recovers. */
async function start(child: ChildOptions, { url, supervisor, onExit }: StartOptions): Promise<Child> {
  const started = await supervisor.start(child, onExit);
  await waitUntilReady(started, () => isReachable(withDatabase(url, "")));
  return started;
}

type StartOptions = Pick<MysqlOptions, "url" | "supervisor" | "onExit">;

/** Starts a server and a replica of it. Nobody writes to the server until then, so both begin with the same data. */
async function startReplicated(
  program: MysqlProgram | undefined,
  replicaUrl: string,
  options: MysqlOptions,
): Promise<ReplicaProcess> {
  const { url, folder } = options;
  if (!program) throw new Problem("A replica needs mysqld or mariadbd on this machine; Docker runs one server alone.");
  const replicaOptions = mysqldOptions(program, copyData(program, folder), portOf(replicaUrl), "replica");
  const startReplica = () => start(replicaOptions, { ...options, url: replicaUrl });
  const [replica] = await Promise.all([
    startReplica(),
    start(mysqldOptions(program, folder, portOf(url), "primary"), options),
  ]);
  await replicate(url, replicaUrl, { isCopy: true });
  let { pid } = replica;
  return {
    kill: () => killGroup(pid),
    async start() {
      ({ pid } = await startReplica());
    },
  };
}

const portOf = (url: string): number => Number(new URL(url).port);

/** The program to run on this machine; undefined where Docker has to. */
async function findServer({ folder, steps }: MysqlOptions): Promise<MysqlProgram | undefined> {
  let programs = findMysqlPrograms();
  if (programs.length === 0 && (await hasDocker())) return undefined;
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
  return program;
}
