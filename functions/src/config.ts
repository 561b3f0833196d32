import { type KeyObject, createSecretKey } from "node:crypto";
import type { BlockList } from "node:net";
import { z } from "zod";
import { DEFAULT_TOMBSTONE_DAYS } from "./contract/limits.ts";
import { DEFAULT_WINDOW, MIN_WINDOW } from "./contract/realtime-nodes.ts";
import { allowedOrigins } from "./runtime/allowed-origins.ts";
import { trustedProxies } from "./runtime/trusted-proxies.ts";
import { readDeployment } from "./deployment.ts";
import { type Project, parseJson, readProject } from "./project.ts";
import { type ReplicaConfig, mysqlUrl, replicaUrls } from "./database/urls.ts";

/** What this deployment has decided; read from `.env` when it is deployed. */
export const DEPLOYMENT = readDeployment(process.env);

/** Whether the Firebase CLI's emulator reads or runs this. It must be known at import: the functions' options depend on it. */
export const IS_EMULATED = process.env["FUNCTIONS_EMULATOR"] === "true";

/** The function that this process runs, as Google and the emulator name it; undefined elsewhere. */
export const FUNCTION_TARGET = process.env["FUNCTION_TARGET"];

/** The commit that this is built from, where `npm run deploy` builds it; empty elsewhere. */
export const RELEASE = process.env["RELEASE"] ?? "";

/** The functions that run relay tasks. Each has a queue of the same name. */
export const TASK_FUNCTIONS = { videos: "relayVideos", users: "relayUsers", audiences: "countAudiences" } as const;

export interface SigningKey {
  kid: string;
  /** A key object, because jsonwebtoken first tries to read a Buffer as a certificate, which took 4 % of a post. */
  secret: KeyObject;
}

export interface Config extends Project {
  /** Where the functions and their queues are. */
  region: string;
  mysql: {
    url: string;
    /** Of the main pool. */
    connections: number;
    /** How long a group commit waits for a locked row. */
    postLockTimeoutSeconds: number;
    /** How long a statement may take, besides waiting for locks. */
    timeoutMs: number;
    replicas: ReplicaConfig;
  };
  /** The first key signs; all verify. */
  accessTokenKeys: SigningKey[];
  refreshTokenKeys: SigningKey[];
  realtime: {
    url: string;
    timeoutMs: number;
    /** Newest comments of a video that the Realtime Database holds. */
    windowSize: number;
    isEmulator: boolean;
  };
  /** How long a change waits for the mirror, once the gap before its inline run is over, before it gets a task; 0 turns inline runs off. */
  inlineRelayDeadlineMs: number;
  tasks: {
    emulatorHost: string | undefined;
    /** Where Cloud Tasks calls the task functions. */
    relayVideosUrl: string;
    relayUsersUrl: string;
    countAudiencesUrl: string;
    /** The identity with which Cloud Tasks calls them; undefined: the one as which this process runs. */
    serviceAccount: string | undefined;
  };
  /** Where the limits' counters and the newest pages are shared. Without it, counters are in MySQL, and pages in each instance alone. */
  redisUrl: string | undefined;
  rateLimits: {
    /** Multiplies every allowance. */
    scale: number;
  };
  /** The addresses of our own front ends: what they append to X-Forwarded-For is believed. */
  trustedProxies: BlockList;
  /** Whose scripts may call the API from another origin; the site's own needs no entry. */
  allowedOrigins: string[];
  /** What becomes of requests without a valid App Check token: nothing is looked at, they are counted, or they are refused. */
  appCheck: "off" | "observe" | "require";
  /** How long an author can edit a comment; 0 for ever. */
  editWindowSeconds: number;
  /** How long a CDN may keep a signed-out reader's list; 0 for never. */
  listCdnSeconds: number;
  /** How long the tombstone of a deleted comment is kept. A request for older changes may get a 410. */
  tombstoneDays: number;
  filters: { blockedWords: string[]; allowLinks: boolean };
  /** `any`: whoever is first on a video makes it known. `registered`: moderators do, and others use only known ones. */
  videoIds: "any" | "registered";
  authEmulatorHost: string | undefined;
  /** Metrics go to Cloud Monitoring as this function's; undefined: to a Prometheus page of the API. */
  monitoring: { projectId: string; job: string } | undefined;
  /** Where spans are sent, and how many of the traces that begin here; undefined: nowhere. */
  traces: { endpoint: string; share: number } | undefined;
  /** Where several processes share their metrics, so that the API's Prometheus page shows all; undefined: it shows its own. */
  metricsFolder: string | undefined;
  /** Where alerts are sent besides the log; https. */
  alertWebhook: URL | undefined;
}

const MIN_KEY_BYTES = 32;

const signingKeys = z.string().transform((text, context): SigningKey[] => {
  const kids = new Set<string>();
  return text.split(",").map((entry, index) => {
    const [kid = "", secret = ""] = entry.trim().split(":");
    const bytes = Buffer.from(secret, "base64url");
    if (!/^\s*[\w-]{1,32}:/.test(entry)) context.addIssue("must be kid:base64url, or several with commas between");
    // Not by its kid: where the two are the wrong way round, that is the secret.
    else if (bytes.length < MIN_KEY_BYTES) context.addIssue(`key ${index + 1} is shorter than ${MIN_KEY_BYTES} bytes`);
    // A token is verified by the first key of its kid, so those that the second one signed would all be refused.
    else if (kids.has(kid)) context.addIssue(`two keys are named ${kid}`);
    kids.add(kid);
    return { kid, secret: createSecretKey(bytes) };
  });
});

const firebaseConfig = z
  .string()
  .transform(parseJson)
  .pipe(z.looseObject({ databaseURL: z.string().optional() }, "must be a JSON object"));

/** `MYSQL_CONNECTIONS` where it is not set. */
export const DEFAULT_CONNECTIONS = 5;

const environment = z.object({
  MYSQL_URL: mysqlUrl,
  MYSQL_CONNECTIONS: z.coerce.number().int().min(1).max(500).default(DEFAULT_CONNECTIONS),
  MYSQL_POST_LOCK_SECONDS: z.coerce.number().int().min(1).max(30).default(2),
  MYSQL_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(3_000),
  MYSQL_REPLICA_URLS: replicaUrls.default([]),
  MYSQL_REPLICA_MAX_LAG_SECONDS: z.coerce.number().min(1).max(60).default(2),
  ACCESS_TOKEN_KEYS: signingKeys,
  REFRESH_TOKEN_KEYS: signingKeys,
  FIREBASE_CONFIG: firebaseConfig.optional(),
  RTDB_URL: z.url().optional(),
  RTDB_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(5_000),
  RTDB_WINDOW: z.coerce.number().int().min(MIN_WINDOW).max(2_000).default(DEFAULT_WINDOW),
  INLINE_RELAY_DEADLINE_MS: z.coerce.number().int().min(0).max(5_000).default(200),
  EDIT_WINDOW_SECONDS: z.coerce.number().int().min(0).default(0),
  LIST_CDN_SECONDS: z.coerce.number().int().min(0).max(60).default(0),
  // At least 2: a saved response needs the comment's row for the 24 hours that its Idempotency-Key is kept.
  TOMBSTONE_DAYS: z.coerce.number().int().min(2).max(3_650).default(DEFAULT_TOMBSTONE_DAYS),
  COMMENT_BLOCKED_WORDS: z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
    )
    .default([]),
  COMMENT_LINKS: z.enum(["allow", "refuse"]).default("allow"),
  VIDEO_IDS: z.enum(["any", "registered"]).default("any"),
  FIREBASE_DATABASE_EMULATOR_HOST: z.string().optional(),
  FIREBASE_AUTH_EMULATOR_HOST: z.string().optional(),
  CLOUD_TASKS_EMULATOR_HOST: z.string().optional(),
  RELAY_VIDEOS_URL: z.url().optional(),
  RELAY_USERS_URL: z.url().optional(),
  COUNT_AUDIENCES_URL: z.url().optional(),
  K_SERVICE: z.string().optional(),
  FUNCTION_TARGET: z.string().optional(),
  FUNCTIONS_EMULATOR: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.1),
  METRICS_FOLDER: z.string().min(1).optional(),
  ALERT_WEBHOOK_URL: z.url({ protocol: /^https$/, error: "must be https://…" }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be redis://… or rediss://…" }).optional(),
  RATE_LIMIT_SCALE: z.coerce.number().min(0.1).max(10_000).default(1),
  ALLOWED_ORIGINS: allowedOrigins.default([]),
  APP_CHECK: z.enum(["off", "observe", "require"]).default("off"),
  TRUSTED_PROXIES: trustedProxies,
});

/** Only the API, and what runs outside a function, makes and reads tokens. The other functions do not get the keys. */
const environmentWithoutKeys = environment.extend({
  ACCESS_TOKEN_KEYS: signingKeys.default([]),
  REFRESH_TOKEN_KEYS: signingKeys.default([]),
});

/**
 * Reads the configuration. An empty value counts as none.
 * @throws Error that names every missing or wrong variable, and never a value
 */
export function readConfig(given: Record<string, string | undefined> = process.env): Config {
  const env = Object.fromEntries(Object.keys(environment.shape).map((name) => [name, given[name] || undefined]));
  const needsKeys = (env["FUNCTION_TARGET"] ?? "api") === "api";
  const parsed = (needsKeys ? environment : environmentWithoutKeys).safeParse(env);
  const { project, issues } = readProject(given);
  if (!parsed.success || issues.length > 0) {
    const wrong = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    const lines = [...wrong, ...issues].map((line) => `  ${line}`);
    throw new Error(`the environment is not valid; see docs/configuration.md\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  const { projectId, serviceAccount } = project;
  const { region, taskAccount } = readDeployment(given);
  const functionUrl = (name: string) => `https://${region}-${projectId}.cloudfunctions.net/${name}`;
  return {
    projectId,
    serviceAccount,
    region,
    mysql: {
      url: values.MYSQL_URL,
      connections: values.MYSQL_CONNECTIONS,
      postLockTimeoutSeconds: values.MYSQL_POST_LOCK_SECONDS,
      timeoutMs: values.MYSQL_TIMEOUT_MS,
      replicas: { urls: values.MYSQL_REPLICA_URLS, maxLagMs: values.MYSQL_REPLICA_MAX_LAG_SECONDS * 1000 },
    },
    accessTokenKeys: values.ACCESS_TOKEN_KEYS,
    refreshTokenKeys: values.REFRESH_TOKEN_KEYS,
    realtime: {
      url: realtimeUrl(projectId, values),
      timeoutMs: values.RTDB_TIMEOUT_MS,
      windowSize: values.RTDB_WINDOW,
      isEmulator: values.FIREBASE_DATABASE_EMULATOR_HOST !== undefined,
    },
    inlineRelayDeadlineMs: values.INLINE_RELAY_DEADLINE_MS,
    editWindowSeconds: values.EDIT_WINDOW_SECONDS,
    listCdnSeconds: values.LIST_CDN_SECONDS,
    tombstoneDays: values.TOMBSTONE_DAYS,
    filters: { blockedWords: values.COMMENT_BLOCKED_WORDS, allowLinks: values.COMMENT_LINKS === "allow" },
    videoIds: values.VIDEO_IDS,
    tasks: {
      emulatorHost: values.CLOUD_TASKS_EMULATOR_HOST,
      relayVideosUrl: values.RELAY_VIDEOS_URL ?? functionUrl(TASK_FUNCTIONS.videos),
      relayUsersUrl: values.RELAY_USERS_URL ?? functionUrl(TASK_FUNCTIONS.users),
      countAudiencesUrl: values.COUNT_AUDIENCES_URL ?? functionUrl(TASK_FUNCTIONS.audiences),
      serviceAccount: taskAccount ?? serviceAccount?.clientEmail,
    },
    redisUrl: values.REDIS_URL,
    rateLimits: { scale: values.RATE_LIMIT_SCALE },
    trustedProxies: values.TRUSTED_PROXIES,
    allowedOrigins: values.ALLOWED_ORIGINS,
    appCheck: values.APP_CHECK,
    authEmulatorHost: values.FIREBASE_AUTH_EMULATOR_HOST,
    // Cloud Run sets K_SERVICE, and the emulator does too.
    monitoring: values.K_SERVICE && !values.FUNCTIONS_EMULATOR ? { projectId, job: values.K_SERVICE } : undefined,
    traces: values.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT, share: values.OTEL_TRACES_SAMPLER_ARG }
      : undefined,
    metricsFolder: values.METRICS_FOLDER,
    alertWebhook: values.ALERT_WEBHOOK_URL === undefined ? undefined : new URL(values.ALERT_WEBHOOK_URL),
  };
}

function realtimeUrl(projectId: string, values: z.infer<typeof environment>): string {
  const emulator = values.FIREBASE_DATABASE_EMULATOR_HOST;
  if (emulator) return `http://${emulator}/?ns=${projectId}-default-rtdb`;
  return values.RTDB_URL ?? values.FIREBASE_CONFIG?.databaseURL ?? `https://${projectId}-default-rtdb.firebaseio.com`;
}
