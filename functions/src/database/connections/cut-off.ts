import type { Duplex } from "node:stream";
import type { Connection } from "mysql2";

/**
 * Closes a connection for good. The driver's `destroy` only says that it will send no more; a silent server never answers that, and the
 * socket would stay.
 */
export function cutOff(connection: Connection): void {
  connection.destroy();
  // The driver's types leave it out.
  const { stream } = connection as Connection & { stream?: Duplex };
  stream?.destroy();
}
