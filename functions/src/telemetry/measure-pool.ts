import type { LogEvent } from "kysely";
import type { Logger } from "../runtime/log.ts";
import type { Metrics } from "./metrics.ts";
import { summarizeQuery } from "./query-summary.ts";

/** A statement that takes longer is logged. The slowest that a healthy server runs for a request takes a tenth of it. */
const SLOW_MS = 500;
/** As much of a slow statement's text as is logged. It has placeholders where values were. */
const LOGGED_CHARACTERS = 1_000;

/** Options of a pool that measure its connections and statements, and log the slow statements without their values. */
export function measurePool({ metrics, log }: { metrics: Metrics; log: Logger }, name: string) {
  const pool = { "db.client.connection.pool.name": name };
  return {
    onWait: (change: 1 | -1) => metrics.waitingForConnection.add(change, pool),
    onOpen: (change: 1 | -1) => metrics.openConnections.add(change, pool),
    log(event: LogEvent): void {
      const { sql } = event.query;
      const ms = event.queryDurationMillis;
      const summary = summarizeQuery(sql);
      const outcome = event.level === "error" && { "error.type": errorTypeOf(event.error) };
      metrics.queryDuration.record(ms / 1000, { ...pool, "db.query.summary": summary, ...outcome });
      if (ms < SLOW_MS) return;
      log.warn("slow query", { pool: name, summary, ms: Math.round(ms), statement: sql.slice(0, LOGGED_CHARACTERS) });
    },
  };
}

/** The code of an error for metrics, such as `ER_LOCK_DEADLOCK`; `_OTHER` if it has none. */
function errorTypeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? code : "_OTHER";
}
