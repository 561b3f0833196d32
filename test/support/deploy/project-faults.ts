import type { Outcome } from "../../../scripts/doctor/outcome.ts";
import { PLACES } from "./fake-google.ts";

export type Change = (answer: never) => unknown;

/** A fault: what answers otherwise (undefined: a 404), the check that finds it, how bad it is, and what it says. */
export const PROJECT_FAULTS: [string, string, Change | undefined, string, Outcome["status"], RegExp][] = [
  ["no such project", PLACES.project, undefined, "project", "error", /does not exist/],
  [
    "a project that is being deleted",
    PLACES.project,
    (a: object) => ({ ...a, lifecycleState: "DELETE_REQUESTED" }),
    "project",
    "error",
    /being deleted/,
  ],
  ["no billing account", PLACES.billing, () => ({}), "billing", "error", /no billing/],
  [
    "an API that is off",
    PLACES.apis,
    (a: { services: object[] }) => ({ services: a.services.slice(1) }),
    "apis",
    "error",
    /artifactregistry/,
  ],
  ["no Authentication", PLACES.authentication, undefined, "authentication", "error", /not set up/],
  ["no Hosting site", PLACES.site, undefined, "hosting", "error", /no Hosting site/],
  ["no database", PLACES.databases, () => ({}), "database", "error", /no Realtime Database my-comments-default-rtdb/],
  [
    "a disabled database",
    PLACES.databases,
    changeAll("instances", { state: "DISABLED" }),
    "database",
    "error",
    /is DISABLED/,
  ],
  [
    "another database without its address",
    PLACES.databases,
    changeAll("instances", { type: "USER_DATABASE" }),
    "database-url",
    "error",
    /RTDB_URL is not/,
  ],
  ["rules of somebody else", PLACES.rules, () => '{ "rules": { ".read": true } }', "rules-in-force", "error", /differ/],
  ["no service account", PLACES.account, undefined, "service-accounts", "error", /no service account/],
  [
    "a disabled service account",
    PLACES.account,
    (a: object) => ({ ...a, disabled: true }),
    "service-accounts",
    "error",
    /is disabled/,
  ],
  [
    "no right to write the database",
    PLACES.policy,
    without("roles/firebasedatabase.admin"),
    "roles",
    "error",
    /the relay/,
  ],
  ["no right to end sign-ins", PLACES.policy, without("roles/firebaseauth.admin"), "roles", "error", /ending Firebase/],
  ["no right to make tasks", PLACES.policy, without("roles/cloudtasks.enqueuer"), "roles", "error", /relay tasks/],
  ["no right to write metrics", PLACES.policy, without("roles/monitoring.metricWriter"), "roles", "error", /metrics/],
  [
    "no right to sign",
    PLACES.accountPolicy,
    without("roles/iam.serviceAccountTokenCreator"),
    "role-sign",
    "error",
    /without presence/,
  ],
  [
    "no right to act as the task account",
    PLACES.accountPolicy,
    without("roles/iam.serviceAccountUser"),
    "role-act-as",
    "error",
    /identity/,
  ],
  ["no right to call relayVideos", PLACES.invokers("relayVideos"), () => ({}), "role-invoke", "error", /relayVideos/],
  ["no right to call relayUsers", PLACES.invokers("relayUsers"), () => ({}), "role-invoke", "error", /relayUsers/],
  ["no secret", PLACES.secret("MYSQL_URL"), undefined, "secrets", "error", /no secret MYSQL_URL/],
  [
    "a destroyed secret",
    PLACES.secret("ACCESS_TOKEN_KEYS"),
    () => ({ state: "DESTROYED" }),
    "secrets",
    "error",
    /is DESTROYED/,
  ],
  [
    "a secret that nobody may read",
    PLACES.secretPolicy("REFRESH_TOKEN_KEYS"),
    () => ({}),
    "secrets",
    "warning",
    /may not read/,
  ],
  ["nothing is deployed", PLACES.functions, () => ({}), "deployed", "warning", /no function is deployed/],
  [
    "a missing function",
    PLACES.functions,
    (a: { functions: object[] }) => ({ functions: a.functions.slice(0, -1) }),
    "deployed",
    "error",
    /purge is not/,
  ],
  [
    "a broken function",
    PLACES.functions,
    changeFirst("functions", { state: "FAILED" }),
    "deployed",
    "error",
    /api is FAILED/,
  ],
  [
    "functions of several accounts",
    PLACES.functions,
    changeLast("functions", { serviceConfig: {} }),
    "same-account",
    "warning",
    /purge run as another/,
  ],
  ["no queue", PLACES.queue("relayVideos"), undefined, "queues", "error", /no queue relayVideos/],
  [
    "a paused queue",
    PLACES.queue("relayUsers"),
    (a: object) => ({ ...a, state: "PAUSED" }),
    "queues",
    "error",
    /is PAUSED/,
  ],
  [
    "a queue that gives up",
    PLACES.queue("relayVideos"),
    (a: object) => ({ ...a, retryConfig: { maxAttempts: 3 } }),
    "queues",
    "error",
    /maxAttempts 3 instead of -1/,
  ],
  [
    "a queue that is too fast",
    PLACES.queue("relayUsers"),
    (a: object) => ({ ...a, rateLimits: { maxDispatchesPerSecond: 1 } }),
    "queues",
    "error",
    /maxDispatchesPerSecond 1/,
  ],
  ["no schedule", PLACES.job("sweep"), undefined, "schedules", "error", /sweep has no schedule/],
  [
    "a paused schedule",
    PLACES.job("reconcile"),
    (a: object) => ({ ...a, state: "PAUSED" }),
    "schedules",
    "error",
    /is PAUSED/,
  ],
  [
    "a rare schedule",
    PLACES.job("sweep"),
    (a: object) => ({ ...a, schedule: "every 24 hours" }),
    "schedules",
    "error",
    /every 24 hours/,
  ],
  ["no alert policy", PLACES.alertPolicies, () => ({}), "alerts", "error", /no alert policy/],
  [
    "a disabled alert policy",
    PLACES.alertPolicies,
    changeAll("alertPolicies", { enabled: false }),
    "alerts",
    "error",
    /is disabled/,
  ],
  [
    "an alert policy without a channel",
    PLACES.alertPolicies,
    changeAll("alertPolicies", { notificationChannels: [] }),
    "alerts",
    "warning",
    /tells nobody/,
  ],
  ["no uptime check", PLACES.uptime, () => ({}), "uptime", "warning", /no uptime check/],
  [
    "no backups",
    PLACES.sql,
    changeSql({ backupConfiguration: { binaryLogEnabled: true } }),
    "cloud-sql",
    "warning",
    /no backups/,
  ],
  [
    "no point-in-time recovery",
    PLACES.sql,
    changeSql({ backupConfiguration: { enabled: true } }),
    "cloud-sql",
    "warning",
    /point-in-time/,
  ],
  ["no standby", PLACES.sql, changeSql({ availabilityType: "ZONAL" }), "cloud-sql", "warning", /no standby/],
  [
    "a database that can be deleted",
    PLACES.sql,
    changeSql({ deletionProtectionEnabled: false }),
    "cloud-sql",
    "warning",
    /deleted by mistake/,
  ],
  [
    "a database far away",
    PLACES.sql,
    changeAll("items", { region: "us-east1" }),
    "cloud-sql",
    "warning",
    /is in us-east1/,
  ],
];

function changeAll(key: string, changes: object): Change {
  return (answer: Record<string, object[]>) => ({ [key]: answer[key]!.map((one) => ({ ...one, ...changes })) });
}

function changeFirst(key: string, changes: object): Change {
  return (answer: Record<string, object[]>) => ({
    [key]: answer[key]!.map((one, n) => (n === 0 ? { ...one, ...changes } : one)),
  });
}

function changeLast(key: string, changes: object): Change {
  return (answer: Record<string, object[]>) => ({
    [key]: [...answer[key]!.slice(0, -1), { ...answer[key]!.at(-1), ...changes }],
  });
}

function changeSql(changes: object): Change {
  return (answer: { items: { settings: object }[] }) => ({
    items: answer.items.map((one) => ({ ...one, settings: { ...one.settings, ...changes } })),
  });
}

function without(role: string): Change {
  return ({ bindings }: { bindings: { role: string }[] }) => ({
    bindings: bindings.filter((one) => one.role !== role),
  });
}
