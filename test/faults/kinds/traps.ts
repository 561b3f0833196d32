import type { HeldRequest, Proxy } from "../system/proxy.ts";
import { within } from "./timing.ts";

/** A commit: as Kysely sends it, or in the one round trip of a group of posts. */
export const COMMIT = /commit|INSERT INTO comments/;
/** A statement that a read-only server refuses. */
export const WRITE = /\b(insert|update|delete)\b/i;
/** The error with which it does, ER_OPTION_PREVENTS_STATEMENT, as a packet of MySQL's protocol. */
export const READ_ONLY_ERROR = errorPacket(1290, "The MySQL server is running with the --read-only option");
/** An update of the Realtime Database. */
export const UPDATE = /^PATCH /;

/** The load sends every kind of request more often than that. */
const TRAP_SECONDS = 60;

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html */
function errorPacket(errno: number, message: string): Buffer {
  const body = Buffer.from(`\xff\0\0#HY000${message}`, "latin1");
  body.writeUInt16LE(errno, 1);
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  // The reply to a command has the number 1.
  header[3] = 1;
  return Buffer.concat([header, body]);
}

/** Waits for a request with this pattern and loses its reply. */
export async function loseReply(proxy: Proxy, pattern: RegExp, onReply = () => {}): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    proxy.loseReply(pattern, () => {
      onReply();
      resolve();
    });
  });
  await within(TRAP_SECONDS, `a request with ${pattern}`, lost);
}

/** Waits for a request with this pattern and holds it back. */
export function holdBack(proxy: Proxy, pattern: RegExp): Promise<HeldRequest> {
  return within(TRAP_SECONDS, `a request with ${pattern}`, proxy.holdBack(pattern));
}
