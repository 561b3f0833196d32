import type { AvailabilityHooks } from "../database/connections/availability.ts";
import type { ReplicaHooks } from "../replicas/open-replicas.ts";
import type { Logger } from "../runtime/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Alerts } from "./alerts.ts";
import { createReminder } from "./reminder.ts";

interface Parts {
  alerts: Alerts;
  log: Logger;
  metrics: Metrics;
}

/** Tells the person on call that MySQL is away or takes no writes, and the log that it is back. */
export function createDatabaseAlerts({ alerts, log, metrics }: Parts): AvailabilityHooks {
  const outage = createReminder();
  return {
    onAway(error) {
      metrics.mysqlConnected.record(0);
      const message = "MySQL is away: requests get a 503 until it answers";
      outage.lasts(() => alerts.raise("mysql", { message, fields: { cause: causeOf(error) } }));
    },
    onBack() {
      outage.ends();
      metrics.mysqlConnected.record(1);
      log.info("MySQL answers again", {});
    },
    onReadOnly(error) {
      const message = "a MySQL server takes no writes: after a failover, the address may still lead to the old server";
      alerts.raise("mysql_read_only", { message, fields: { cause: causeOf(error) } });
    },
  };
}

/** Tells the person on call that Redis is away, and the log that it is back. */
export function createRedisAlerts({ alerts, log }: Omit<Parts, "metrics">): {
  onAway: (error: Error) => void;
  onReady: () => void;
} {
  const outage = createReminder();
  let isAway = false;
  return {
    onAway(error) {
      isAway = true;
      const message = "Redis is away: each instance counts the limits by itself, and loads its pages from MySQL";
      outage.lasts(() => alerts.raise("redis", { message, fields: { cause: error.message } }));
    },
    onReady() {
      if (isAway) log.info("Redis answers again", {});
      isAway = false;
      outage.ends();
    },
  };
}

/** Tells the person on call that Firebase custom tokens cannot be signed. */
export function createSigningAlerts(alerts: Alerts): { onFailure: (error: unknown) => void; onSigned: () => void } {
  const outage = createReminder();
  return {
    onFailure(error) {
      const message =
        "Firebase custom tokens cannot be signed: users sign in without presence. Give the functions' service account the role Service Account Token Creator on itself";
      // What Google's API or the SDK says: an account, a right, never a token.
      outage.lasts(() => alerts.raise("firebase_tokens", { message, fields: { cause: causeOf(error) } }));
    },
    onSigned: () => outage.ends(),
  };
}

/** Tells the log which replica is left out and which is back, and the person on call when none is left. */
export function createReplicaAlerts({ alerts, log, metrics }: Parts): ReplicaHooks {
  const outage = createReminder();
  return {
    onLag(replica, lagMs) {
      metrics.replicas.lag.record(lagMs / 1000, { replica });
    },
    onChange(replica, reason, error) {
      metrics.replicas.used.record(reason === undefined ? 1 : 0, { replica });
      if (reason === undefined) return log.info("replica taken back", { replica });
      metrics.replicas.leftOut.add(1, { replica, reason });
      log.warn("replica left out", { replica, reason }, error);
    },
    onChecked(areAllLeftOut) {
      if (!areAllLeftOut) return outage.ends();
      const message = "all MySQL replicas are left out: everything is read on the primary";
      outage.lasts(() => alerts.raise("replicas", { message, fields: {} }));
    },
  };
}

/** What the driver says: an address, a reason, never a statement. */
const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
