import { isPublic } from "../../../functions/src/alerts/webhook.ts";
import { type Outcome, error, ok, warning } from "../outcome.ts";
import type { ServerFacts } from "./facts.ts";

/** The server keeps this many connections for others: migrations, an administrator, monitoring. */
const RESERVED_CONNECTIONS = 15;
const MAX_CLOCK_OFFSET_MS = 60_000;

/** A 2xx means that the write is on disk, and a crash must not lose it. */
export function durability({ variables }: ServerFacts): Outcome[] {
  const wrong = [
    ["innodb_flush_log_at_trx_commit", "1"],
    ...(variables["log_bin"] === "ON" ? [["sync_binlog", "1"]] : []),
  ].filter(([name = "", value]) => variables[name] !== value);
  if (wrong.length === 0) return [ok("each commit is on disk before it is acknowledged")];
  return wrong.map(([name = "", value]) =>
    error(`${name} is ${variables[name]}: a crash can lose acknowledged comments`, `set the flag ${name} to ${value}`),
  );
}

export function binaryLog({ variables, isLocal }: ServerFacts): Outcome[] {
  if (variables["log_bin"] === "ON") return [ok("the binary log is on")];
  if (isLocal) return [ok("the server is on this machine, and needs no binary log")];
  const cure = "turn on backups with point-in-time recovery (docs/deploy.md, Cloud SQL)";
  return [warning("the binary log is off: a restore goes back to the last backup, and no replica can be made", cure)];
}

export function writable({ variables }: ServerFacts): Outcome[] {
  if (["OFF", "0"].includes(variables["read_only"] ?? "OFF")) return [ok("the server takes writes")];
  return [error("the server takes no writes: it is a replica", "set MYSQL_URL to the primary's address")];
}

export function storageEngine({ variables }: ServerFacts): Outcome[] {
  const engine = variables["default_storage_engine"];
  if (engine === "InnoDB") return [ok("tables are InnoDB's")];
  return [error(`new tables are ${engine}'s, which has no transactions`, "set default_storage_engine to InnoDB")];
}

export function characterSet({ charset }: ServerFacts): Outcome[] {
  if (charset === undefined) return [warning("the database does not exist", "npm run migrate creates it")];
  if (charset === "utf8mb4") return [ok("the database is utf8mb4")];
  return [error(`the database's character set is ${charset}`, "ALTER DATABASE live_comments CHARACTER SET utf8mb4")];
}

export function clock({ clockOffsetMs }: ServerFacts): Outcome[] {
  const seconds = Math.round(clockOffsetMs / 1000);
  if (Math.abs(clockOffsetMs) <= MAX_CLOCK_OFFSET_MS) return [ok("the server's clock is right, in UTC")];
  return [error(`the server's clock is ${seconds} s off ours`, "set both clocks by NTP; sessions end by the server's")];
}

export function connections(
  { variables }: ServerFacts,
  { total, duringDeployment }: { total: number; duringDeployment: number },
): Outcome[] {
  const allowed = Number(variables["max_connections"]) - RESERVED_CONNECTIONS;
  const found = `max_connections is ${variables["max_connections"]}`;
  const cure = `set max_connections to ${duringDeployment + RESERVED_CONNECTIONS}, or lower MYSQL_CONNECTIONS, API_MAX_INSTANCES or RELAY_MAX_INSTANCES`;
  if (allowed < total) return [error(`${found}, and the functions may open ${total}`, cure)];
  if (allowed < duringDeployment) {
    return [warning(`${found}, and during a deployment the functions may open ${duringDeployment}`, cure)];
  }
  return [ok(`${found}, and the functions open at most ${duringDeployment}`)];
}

/** Passwords and comments cross no public network in the clear. */
export function encryption(url: string, { isEncrypted }: ServerFacts): Outcome[] {
  const { hostname, searchParams } = new URL(url);
  if (isEncrypted) {
    if (searchParams.get("ssl-mode") !== "REQUIRED") return [ok("the connection is encrypted and verified")];
    return [warning("nothing verifies the server's certificate", "use ssl-mode=VERIFY_CA with ssl-ca")];
  }
  const isNear = searchParams.has("socketPath") || hostname === "localhost" || isPrivate(hostname);
  if (isNear) return [ok("the connection is local or private")];
  return [
    error("the connection to a public address is not encrypted", "add ?ssl-mode=VERIFY_CA&ssl-ca=… to MYSQL_URL"),
  ];
}

function isPrivate(hostname: string): boolean {
  const isAddress = /^[\d.]+$|:/.test(hostname);
  return isAddress && !isPublic(hostname.replace(/^\[|\]$/g, ""));
}
