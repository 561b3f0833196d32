import { createConnection } from "mysql2";
import { isConnectionLimit } from "../mysql-errors.ts";
import { cutOff } from "./cut-off.ts";
import { driverOptions } from "./driver-options.ts";

/** Long enough for a new connection over TLS; `GET /v1/ready` has one second. */
const PROBE_MS = 800;

/** Asks MySQL for a sign of life on a new connection; rejects when there is none in time. A server at its limit of connections counts as up. */
export function probe(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = createConnection({ ...driverOptions(url), connectTimeout: PROBE_MS });
    const end = (error: unknown) => {
      clearTimeout(timer);
      cutOff(connection);
      if (error && !isConnectionLimit(error)) reject(error);
      else resolve();
    };
    const timer = setTimeout(() => end(new Error(`no answer within ${PROBE_MS} ms`)), PROBE_MS);
    // The callback gets the error of connecting as well.
    connection.on("error", end);
    connection.query("SELECT 1", end);
  });
}
