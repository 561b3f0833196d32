import { z } from "zod";

const serverSettings = z.object({
  version: z.string(),
  logsChanges: z.coerce.number(),
  binlogFormat: z.string(),
  maxAllowedPacket: z.coerce.number(),
  emoji: z.string(),
});

type ServerSettings = z.infer<typeof serverSettings>;

/**
 * The largest statement is 200 comments of an import (`comment-transfers.ts`): of 2,000 characters of four bytes, which the driver may escape
 * to twice the size, it has 3.2 MB.
 */
const MIN_PACKET_BYTES = 4 * 1024 * 1024;

/** The oldest versions that the product's SQL runs on. */
const OLDEST = { MySQL: [8, 0], MariaDB: [10, 11] } as const;

const EMOJI = "😀";

/** Reads what a connection cannot set for itself, on a connection with `sessionSettings`. */
export const SERVER_SETTINGS_QUERY = `SELECT VERSION() AS version, @@GLOBAL.log_bin AS logsChanges, @@GLOBAL.binlog_format AS binlogFormat,
  @@GLOBAL.max_allowed_packet AS maxAllowedPacket, '${EMOJI}' AS emoji`;

/**
 * Checks the row of `SERVER_SETTINGS_QUERY`.
 * @throws Error that names the setting with which the product cannot work
 */
export function checkServer(row: unknown): void {
  const problem = problemOf(serverSettings.parse(row));
  if (problem) throw new Error(`the MySQL server cannot be used: ${problem}`);
}

function problemOf({
  version,
  logsChanges,
  binlogFormat,
  maxAllowedPacket,
  emoji,
}: ServerSettings): string | undefined {
  const kind = version.includes("MariaDB") ? "MariaDB" : "MySQL";
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [oldestMajor, oldestMinor] = OLDEST[kind];
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    return `it is ${kind} ${version}, and at least ${oldestMajor}.${oldestMinor} is needed`;
  }
  // Writes under READ COMMITTED are refused then (error 1665).
  if (logsChanges === 1 && binlogFormat === "STATEMENT") return "binlog_format is STATEMENT; set it to ROW or MIXED";
  if (maxAllowedPacket < MIN_PACKET_BYTES) {
    return `max_allowed_packet is ${maxAllowedPacket}; set it to at least ${MIN_PACKET_BYTES}`;
  }
  if (emoji !== EMOJI) return "text does not come back from it as it was sent: something in between converts utf8mb4";
  return undefined;
}
