import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A database server installed on this machine. MySQL and MariaDB cannot read each other's data folders. */
export interface MysqlProgram {
  kind: "mysql" | "mariadb";
  path: string;
  version: string;
}

/** The oldest versions that the project's SQL runs on. */
const OLDEST = { mysql: [8, 0], mariadb: [10, 11] } as const;

/** Finds usable servers on PATH and where packages install them, MySQL before MariaDB. */
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
    return parseBanner(path, execFileSync(path, ["--no-defaults", "--version"], { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}

/**
 * Parses "… Ver 8.4.3 for Linux …" or "… Ver 10.11.19-MariaDB-0+deb12u1 for …". Undefined when the version is too old.
 * The banner tells the kind, because Debian installs MariaDB also under the name `mysqld`.
 */
export function parseBanner(path: string, banner: string): MysqlProgram | undefined {
  const [, version = "", major, minor] = /Ver ((\d+)\.(\d+)[.\d]*)/.exec(banner) ?? [];
  const kind = banner.includes("MariaDB") ? "mariadb" : "mysql";
  const [oldestMajor, oldestMinor] = OLDEST[kind];
  const isUsable = (Number(major) - oldestMajor || Number(minor) - oldestMinor) >= 0;
  return isUsable ? { kind, path, version } : undefined;
}

/** Finds MariaDB's scripts for its own system tables. The prefix of their names is `mysql`, or `mariadb` from 11.x on. */
export function findMariadbScripts(program: string): { folder: string; prefix: string } | undefined {
  const base = dirname(dirname(program));
  return [base, "/usr", "/usr/local"]
    .flatMap((place) => [join(place, "share/mysql"), join(place, "share/mariadb")])
    .flatMap((folder) => ["mariadb", "mysql"].map((prefix) => ({ folder, prefix })))
    .find(({ folder, prefix }) => existsSync(join(folder, `${prefix}_system_tables.sql`)));
}
