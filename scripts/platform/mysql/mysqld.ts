import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ChildOptions } from "../processes/child.ts";
import { logTail } from "../processes/log-tail.ts";
import { type MysqlProgram, findMariadbScripts } from "./program.ts";
import { Problem } from "../problem.ts";

/** The data folder of one kind of server: they cannot read each other's. */
export function dataFolder(folder: string, kind: MysqlProgram["kind"]): string {
  return join(folder, kind);
}

/**
 * How to run a private server: loopback only, its own data and socket, no configuration of the machine's, durable at each
 * commit. The socket's path is relative to the data folder, because an absolute one may not exceed 107 bytes (unix(7)).
 */
export function mysqldOptions(program: MysqlProgram, folder: string, port: number): ChildOptions {
  return {
    name: "mysql",
    command: program.path,
    args: [
      "--no-defaults",
      `--datadir=${dataFolder(folder, program.kind)}`,
      temporaryFolder(folder),
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--socket=mysqld.sock",
      "--pid-file=mysqld.pid",
      "--innodb-flush-log-at-trx-commit=1",
      "--sync-binlog=1",
      "--character-set-server=utf8mb4",
      "--default-time-zone=+00:00",
      // The functions emulator runs a process, with a pool of its own, for each request that is under way.
      "--max-connections=500",
      // Without the second, a package's server wants its own /var/lib/mysql-files.
      ...(program.kind === "mysql" ? ["--mysqlx=OFF", "--secure-file-priv=NULL"] : []),
      ...asRoot(),
    ],
    logFile: join(folder, "logs/mysql.log"),
    graceMs: 30_000,
  };
}

/** Makes an empty server's data, with a root account that has no password; under its final name only when it is whole. */
export async function initialiseData(program: MysqlProgram, folder: string): Promise<void> {
  const data = dataFolder(folder, program.kind);
  if (existsSync(data)) return;
  const fresh = `${data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(join(fresh), { recursive: true });
  const common = ["--no-defaults", `--datadir=${fresh}`, temporaryFolder(folder), ...asRoot()];
  const log = join(folder, "logs/mysql-init.log");
  if (program.kind === "mysql") await run(program.path, [...common, "--initialize-insecure"], log);
  else await run(program.path, [...common, "--bootstrap"], log, mariadbTables(program.path));
  renameSync(fresh, data);
}

/**
 * MariaDB's system tables, as its own `mariadb-install-db` feeds them to `--bootstrap`. That script itself does not run from
 * Debian's mariadb-server-core: it asks for `my_print_defaults`, which is in the client's package.
 */
function mariadbTables(program: string): string {
  const scripts = findMariadbScripts(program);
  if (!scripts)
    throw new Problem(`${program} came without its SQL scripts (mysql_system_tables.sql). Reinstall MariaDB.`);
  const files = ["system_tables", "performance_tables", "system_tables_data"];
  const sql = files.map((name) => readFileSync(join(scripts.folder, `${scripts.prefix}_${name}.sql`), "utf8"));
  return ["CREATE DATABASE mysql;", "USE mysql;", "SET @auth_root_socket = NULL;", ...sql].join("\n");
}

async function run(command: string, args: string[], logFile: string, input = ""): Promise<void> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const child = spawn(command, args, { stdio: ["pipe", log, log] });
  closeSync(log);
  // A server that refuses its options closes its input early; its exit code is what counts.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0)
    throw new Problem(`${command} could not make its data folder. ${logFile} ends:\n${logTail(logFile, 8)}`);
}

/** Of its own: a server that starts clears what it takes for its own of /tmp, also another's that is under way. */
function temporaryFolder(folder: string): string {
  const path = join(folder, "tmp");
  mkdirSync(path, { recursive: true });
  return `--tmpdir=${path}`;
}

/** Servers refuse to run as root unless told so. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
