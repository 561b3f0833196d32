import { z } from "zod";
import { type Outcome, error, ok, warning } from "../outcome.ts";
import type { ProjectFacts } from "./facts.ts";

const policy = z.looseObject({
  displayName: z.string().default(""),
  enabled: z.boolean().default(true),
  notificationChannels: z.array(z.string()).default([]),
  conditions: z
    .array(z.looseObject({ conditionMatchedLog: z.looseObject({ filter: z.string() }).optional() }))
    .default([]),
});

const CREATE = "npm run setup prints the commands (docs/deploy.md, Project)";

/** Whoever is on call hears of an alert. Our alerts are log entries with a field `alert`. */
export async function alertPolicies({ google, id }: ProjectFacts): Promise<Outcome[]> {
  const policies = await google.list("monitoring", `/v3/projects/${id}/alertPolicies`, "alertPolicies", policy);
  const ours = policies.filter(({ conditions }) =>
    conditions.some(({ conditionMatchedLog: log }) => log?.filter.includes("jsonPayload.alert")),
  );
  if (ours.length === 0) return [error("no alert policy matches the log entries of our alerts", CREATE)];
  const enabled = ours.filter((one) => one.enabled);
  if (enabled.length === 0)
    return [error(`the alert policy ${ours[0]?.displayName} is disabled`, "enable it in Cloud Monitoring")];
  if (enabled.some(({ notificationChannels }) => notificationChannels.length > 0))
    return [ok("alerts are told to somebody")];
  return [
    warning(
      `the alert policy ${enabled[0]?.displayName} tells nobody`,
      "add a notification channel to it in Cloud Monitoring",
    ),
  ];
}

const uptime = z.looseObject({ httpCheck: z.looseObject({ path: z.string().default("/") }).optional() });

/** What raises no alert, such as an API that does not start, is seen from outside. */
export async function uptimeCheck({ google, id }: ProjectFacts): Promise<Outcome[]> {
  const checks = await google.list("monitoring", `/v3/projects/${id}/uptimeCheckConfigs`, "uptimeCheckConfigs", uptime);
  if (checks.some(({ httpCheck }) => httpCheck?.path === "/v1/ready")) return [ok("an uptime check asks /v1/ready")];
  return [warning("no uptime check asks /v1/ready", CREATE)];
}
