import type { LogFields, Logger } from "../runtime/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { claimAlert } from "../tables/operation/alerts.ts";
import type { Db } from "../database/schema.ts";
import { sendWebhook } from "./webhook.ts";

export type AlertName = "parked" | "backlog" | "drift" | "breaker" | "refused";

export interface Alerts {
  /** Tells the person on call, once in 15 minutes for a name and key, whichever instance it is. Never throws, never waits. */
  raise(name: AlertName, key: string, message: string, fields: LogFields): void;
  /** Waits for what is still being sent. */
  settle(): Promise<void>;
}

/** Minutes in which one alert is one message. */
const QUIET = 15;

// What Error Reporting picks up from Cloud Logging without a stack.
// https://cloud.google.com/error-reporting/docs/formatting-error-messages
const REPORTED = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";

/** @param webhook where a message goes too; undefined for nowhere */
export function createAlerts(
  { db, log, metrics }: { db: Db; log: Logger; metrics: Metrics },
  webhook: URL | undefined,
  send: (url: URL, body: string) => Promise<void> = sendWebhook,
): Alerts {
  const sending = new Set<Promise<void>>();

  async function tell(name: AlertName, key: string, message: string, fields: LogFields): Promise<void> {
    // MySQL away: better told twice than never.
    const first = await claimAlert(db, key === "" ? name : `${name}:${key}`, QUIET).catch(() => true);
    if (!first) return;
    log.error(message, { ...fields, alert: name, "@type": REPORTED });
    if (!webhook) return;
    await send(webhook, JSON.stringify({ alert: name, message, ...fields })).catch((error: unknown) => {
      metrics.failures.add(1, { operation: "alert", kind: "other" });
      log.warn("alert not delivered to the webhook", { alert: name }, error);
    });
  }

  return {
    raise(name, key, message, fields) {
      const one = tell(name, key, message, fields).finally(() => sending.delete(one));
      sending.add(one);
    },
    async settle() {
      await Promise.all(sending);
    },
  };
}
