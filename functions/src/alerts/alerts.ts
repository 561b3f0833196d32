import type { Db } from "../database/schema.ts";
import type { LogFields, Logger } from "../runtime/log.ts";
import { claimAlert } from "../tables/operation/alerts.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { sendWebhook } from "./webhook.ts";

export type AlertName =
  | "quarantine"
  | "backlog"
  | "drift"
  | "breaker"
  | "refused"
  | "mysql"
  | "mysql_read_only"
  | "redis"
  | "replicas"
  | "firebase_tokens";

export interface Alert {
  /** Alerts of one name with different keys are sent separately. */
  key?: string;
  message: string;
  fields: LogFields;
}

export interface Alerts {
  /**
   * Tells the person on call, at most once in 15 minutes for a name and key, whichever instance raises it. Never throws and never waits.
   */
  raise(name: AlertName, alert: Alert): void;
  /** Waits for the alerts that are still being sent. */
  flush(): Promise<void>;
}

const QUIET_MINUTES = 15;
/** In this repository: what each alert means and what to do. */
const RUNBOOKS = "docs/operate.md";
/** The most names and keys that an instance remembers while MySQL is away. */
const MAX_CLAIMS = 1_000;

export interface AlertsOptions {
  db: Db;
  log: Logger;
  metrics: Metrics;
  /** Where alerts are sent besides the log. */
  webhook?: URL | undefined;
  send?: (url: URL, body: string) => Promise<void>;
  /** Is told of each alert that this instance sends. */
  onSent?: (name: AlertName) => void;
}

export function createAlerts({ db, log, metrics, webhook, send = sendWebhook, onSent }: AlertsOptions): Alerts {
  const sending = new Set<Promise<void>>();
  /** Until when this instance is quiet about what it claimed by itself. */
  const ownClaims = new Map<string, number>();

  /** With MySQL away, each instance sends an alert: better twice than never. */
  function claimAlone(id: string): boolean {
    const now = performance.now();
    if ((ownClaims.get(id) ?? 0) > now) return false;
    const [oldest] = ownClaims.keys();
    if (oldest !== undefined && ownClaims.size >= MAX_CLAIMS) ownClaims.delete(oldest);
    ownClaims.delete(id);
    ownClaims.set(id, now + QUIET_MINUTES * 60_000);
    return true;
  }

  async function sendOnce(name: AlertName, { key, message, fields }: Alert): Promise<void> {
    const id = key === undefined ? name : `${name}:${key}`;
    const isFirst = await claimAlert(db, id, QUIET_MINUTES).catch(() => claimAlone(id));
    if (!isFirst) return;
    onSent?.(name);
    const runbook = `${RUNBOOKS}#${name}`;
    log.error(message, { ...fields, alert: name, runbook });
    if (!webhook) return;
    await send(webhook, JSON.stringify({ alert: name, message, ...fields, runbook })).catch((error: unknown) => {
      metrics.failures.add(1, { operation: "alert", kind: "other" });
      log.warn("alert not delivered to the webhook", { alert: name }, error);
    });
  }

  return {
    raise(name, alert) {
      const sent = sendOnce(name, alert).finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async flush() {
      await Promise.all(sending);
    },
  };
}
