import type { Db } from "../database/schema.ts";
import type { LogFields, Logger } from "../runtime/log.ts";
import { claimAlert } from "../tables/operation/alerts.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { sendWebhook } from "./webhook.ts";

export type AlertName = "quarantine" | "backlog" | "drift" | "breaker" | "refused";

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
  settle(): Promise<void>;
}

const QUIET_MINUTES = 15;

// Error Reporting picks up an entry of this type from Cloud Logging even without a stack.
// https://cloud.google.com/error-reporting/docs/formatting-error-messages
const REPORTED = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";

export interface AlertsOptions {
  db: Db;
  log: Logger;
  metrics: Metrics;
  /** Where alerts are sent besides the log. */
  webhook?: URL | undefined;
  send?: (url: URL, body: string) => Promise<void>;
}

export function createAlerts({ db, log, metrics, webhook, send = sendWebhook }: AlertsOptions): Alerts {
  const sending = new Set<Promise<void>>();

  async function sendOnce(name: AlertName, { key, message, fields }: Alert): Promise<void> {
    // With MySQL away, an alert is better sent twice than never.
    const isFirst = await claimAlert(db, key === undefined ? name : `${name}:${key}`, QUIET_MINUTES).catch(() => true);
    if (!isFirst) return;
    log.error(message, { ...fields, alert: name, "@type": REPORTED });
    if (!webhook) return;
    await send(webhook, JSON.stringify({ alert: name, message, ...fields })).catch((error: unknown) => {
      metrics.failures.add(1, { operation: "alert", kind: "other" });
      log.warn("alert not delivered to the webhook", { alert: name }, error);
    });
  }

  return {
    raise(name, alert) {
      const sent = sendOnce(name, alert).finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async settle() {
      await Promise.all(sending);
    },
  };
}
