import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A database server program on this machine. The two kinds cannot read each other's data folders. */
export interface MysqlProgram {
  kind: "mysql" | "mariadb";
  path: string;
  version: string;
}

/** The oldest versions that the project's SQL is written for. */
const OLDEST = { mysql: [8, 0], mariadb: [10, 11] } as const;

/** The usable servers on PATH and where packages put them: real MySQL first. Debian's `mysqld` may be MariaDB under an old name. */
export function findMysqlPrograms(): MysqlProgram[] {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"];
  const programs = ["mysqld", "mariadbd"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((path) => existsSync(path))
    .map(inspect)
    .filter((program) => program !== undefined);
  return programs.toSorted((a, b) => Number(a.kind === "mariadb") - Number(b.kind === "mariadb"));
}

function inspect(path: string): MysqlProgram | undefined {
  try {
    return describe(path, execFileSync(path, ["--no-defaults", "--version"], { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}

/** Reads "… Ver 8.4.3 for Linux …" or "… Ver 10.11.19-MariaDB-0+deb12u1 for …"; undefined when it is too old. */
export function describe(path: string, banner: string): MysqlProgram | undefined {
  const [, version = "", major, minor] = /Ver ((\d+)\.(\d+)[.\d]*)/.exec(banner) ?? [];
  const kind = banner.includes("MariaDB") ? "mariadb" : "mysql";
  const [oldestMajor, oldestMinor] = OLDEST[kind];
  const newer = Number(major) - oldestMajor || Number(minor) - oldestMinor;
  return newer >= 0 ? { kind, path, version } : undefined;
}

/** The folder that holds MariaDB's scripts for its own system tables; the prefix of their names changed with 11.x. */
export function findMariadbScripts(program: string): { folder: string; prefix: string } | undefined {
  const base = dirname(dirname(program));
  return [base, "/usr", "/usr/local"]
    .flatMap((place) => [join(place, "share/mysql"), join(place, "share/mariadb")])
    .flatMap((folder) => ["mariadb", "mysql"].map((prefix) => ({ folder, prefix })))
    .find(({ folder, prefix }) => existsSync(join(folder, `${prefix}_system_tables.sql`)));
}
