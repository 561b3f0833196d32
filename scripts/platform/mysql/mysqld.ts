import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.ts";
import { type ChildOptions, runProgram } from "../processes/child.ts";
import { problemWithLog } from "../processes/log-tail.ts";
import { type MysqlProgram, findMariadbScripts } from "./program.ts";

/** Where a kind of server keeps its data. */
export function dataFolder(folder: string, kind: MysqlProgram["kind"]): string {
  return join(folder, kind);
}

/** Whether a server has a replica, or is one. */
export type Role = "alone" | "primary" | "replica";

/**
 * How to run a private server: on loopback only, with its own data and socket, without the machine's configuration,
 * durable at each commit. The socket's path is relative to the data folder, because a path may not exceed 107 bytes
 * (unix(7)).
 */
export function mysqldOptions(program: MysqlProgram, folder: string, port: number, role: Role = "alone"): ChildOptions {
  return {
    name: role === "replica" ? "mysql-replica" : "mysql",
    command: program.path,
    args: [
      ...commonFlags(folder),
      `--datadir=${dataFolder(folder, program.kind)}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--socket=mysqld.sock",
      "--pid-file=mysqld.pid",
      "--innodb-flush-log-at-trx-commit=1",
      "--sync-binlog=1",
      "--character-set-server=utf8mb4",
      "--default-time-zone=+00:00",
      // Tests run many processes, each with its own pools.
      "--max-connections=500",
      // A packaged MySQL otherwise requires its /var/lib/mysql-files.
      ...(program.kind === "mysql" ? ["--mysqlx=OFF", "--secure-file-priv=NULL"] : []),
      ...(role === "alone" ? [] : replicationFlags(program, port, role)),
    ],
    logFile: join(folder, "logs/mysql.log"),
    graceMs: 30_000,
  };
}

function replicationFlags({ kind }: MysqlProgram, port: number, role: Role): string[] {
  const isMysql = kind === "mysql";
  return [
    `--server-id=${port}`,
    "--log-bin=binlog",
    "--relay-log=relay",
    "--binlog-format=ROW",
    ...(isMysql ? ["--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--relay-log-recovery=ON"] : []),
    // Also after it was killed.
    ...(role === "replica" ? [isMysql ? "--super-read-only=ON" : "--read-only=ON"] : []),
  ];
}

/**
 * Creates the data of an empty server whose root account has no password, unless it exists. The data gets its final
 * name only when it is complete.
 */
export async function initializeData(program: MysqlProgram, folder: string): Promise<void> {
  const data = dataFolder(folder, program.kind);
  if (existsSync(data)) return;
  const fresh = `${data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });

  const isMysql = program.kind === "mysql";
  const logFile = join(folder, "logs/mysql-init.log");
  const succeeded = await runProgram({
    command: program.path,
    args: [...commonFlags(folder), `--datadir=${fresh}`, isMysql ? "--initialize-insecure" : "--bootstrap"],
    input: isMysql ? "" : readMariadbTables(program.path),
    logFile,
  });
  if (!succeeded) throw problemWithLog(`${program.path} could not create its data folder.`, logFile);
  renameSync(fresh, data);
}

/**
 * The SQL that `mariadb-install-db` feeds to `--bootstrap` for MariaDB's system tables. That script itself fails with
 * Debian's mariadb-server-core: it needs `my_print_defaults`, which is in the client's package.
 */
function readMariadbTables(program: string): string {
  const scripts = findMariadbScripts(program);
  if (!scripts) {
    throw new Problem(`${program} came without its SQL scripts (mysql_system_tables.sql). Reinstall MariaDB.`);
  }
  const names = ["system_tables", "performance_tables", "system_tables_data"];
  const sql = names.map((name) => readFileSync(join(scripts.folder, `${scripts.prefix}_${name}.sql`), "utf8"));
  return ["CREATE DATABASE mysql;", "USE mysql;", "SET @auth_root_socket = NULL;", ...sql].join("\n");
}

function commonFlags(folder: string): string[] {
  // Its own, because a starting server deletes what looks like its files in /tmp, another server's included.
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  // Without --user a server refuses to run as root.
  const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];
  return ["--no-defaults", `--tmpdir=${temporary}`, ...asRoot];
}
