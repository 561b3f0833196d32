import type { KeyObject } from "node:crypto";
import { createSecretKey } from "node:crypto";
import { z } from "zod";
import { DEFAULT_TOMBSTONE_DAYS } from "./contract/limits.ts";
import { DEFAULT_WINDOW } from "./contract/realtime-nodes.ts";

/** Where the functions run. Known at deployment, so a constant; `firebase.json` names it too. */
export const REGION = "europe-west1";

/** The Serverless VPC Access connector by which functions reach Cloud SQL's private address; from `.env`, at deployment. */
export const VPC_CONNECTOR = process.env["VPC_CONNECTOR"];

/** Whether the Firebase CLI's emulator reads or runs this. Known at import: the functions' options hang on it. */
export const EMULATED = process.env["FUNCTIONS_EMULATOR"] === "true";

export interface SigningKey {
  kid: string;
  /** A key object: jsonwebtoken takes a Buffer for a certificate first, which was 4 % of a post. */
  secret: KeyObject;
}

export interface Config {
  projectId: string;
  mysql: {
    url: string;
    connections: number;
    /** Seconds that a post waits for a row that something else holds locked. */
    postLockTimeoutSeconds: number;
  };
  /** The first signs; all verify. */
  accessTokenKeys: SigningKey[];
  refreshTokenKeys: SigningKey[];
  realtime: {
    url: string;
    /** Milliseconds. */
    timeoutMs: number;
    /** Newest comments of a video that the Realtime Database holds. */
    window: number;
    emulator: boolean;
  };
  /** Milliseconds that a request waits for its own change to reach the Realtime Database; 0 turns the inline relay off. */
  inlineRelayDeadlineMs: number;
  tasks: {
    emulatorHost: string | undefined;
    functionUrl: string;
    mirrorUsersUrl: string;
    serviceAccount: string;
  };
  rateLimits: {
    /** Counters live in Redis; without it, in MySQL. */
    redisUrl: string | undefined;
    /** Multiplies every allowance. */
    scale: number;
  };
  /** Entries at the end of X-Forwarded-For that our own front ends appended; the first of them is the client's address. */
  trustedProxies: number;
  /** Seconds in which an author can edit a comment; 0 for ever. */
  editWindowSeconds: number;
  /** Days that the tombstone of a deleted comment is kept; `changes` older than that may be answered 410. */
  tombstoneDays: number;
  filters: { blockedWords: string[]; allowLinks: boolean };
  authEmulatorHost: string | undefined;
  /** Where metrics go: to Cloud Monitoring, as this function's; undefined for a Prometheus page of the API. */
  monitoring: { projectId: string; job: string } | undefined;
  /** Where alerts go too; https. */
  alertWebhook: URL | undefined;
  /** A service account of one's own; otherwise the default one of the platform. */
  serviceAccount: { clientEmail: string; privateKey: string } | undefined;
}

const KEY_BYTES = 32;

const signingKeys = z.string().transform((text, context): SigningKey[] =>
  text.split(",").map((entry) => {
    const [kid = "", secret = ""] = entry.trim().split(":");
    const bytes = Buffer.from(secret, "base64url");
    if (!/^[\w-]{1,32}$/.test(kid)) context.addIssue("must be kid:base64url, or several with commas between");
    else if (bytes.length < KEY_BYTES) context.addIssue(`key ${kid} is shorter than ${KEY_BYTES} bytes`);
    return { kid, secret: createSecretKey(bytes) };
  }),
);

const firebaseConfig = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.looseObject({ databaseURL: z.string().optional(), projectId: z.string().optional() }));

const environment = z.object({
  MYSQL_URL: z.url({ protocol: /^mysql$/, error: "must be mysql://user:password@host:port/database" }),
  MYSQL_CONNECTIONS: z.coerce.number().int().min(1).max(500).default(10),
  MYSQL_POST_LOCK_SECONDS: z.coerce.number().int().min(1).max(30).default(2),
  ACCESS_TOKEN_KEYS: signingKeys,
  REFRESH_TOKEN_KEYS: signingKeys,
  GCLOUD_PROJECT: z.string().min(1),
  FIREBASE_CONFIG: firebaseConfig.optional(),
  RTDB_URL: z.url().optional(),
  RTDB_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(5_000),
  RTDB_WINDOW: z.coerce.number().int().min(1).max(2_000).default(DEFAULT_WINDOW),
  INLINE_RELAY_DEADLINE_MS: z.coerce.number().int().min(0).max(5_000).default(200),
  EDIT_WINDOW_SECONDS: z.coerce.number().int().min(0).default(0),
  // An answer is kept under its Idempotency-Key for a day, and the tombstone is part of it.
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
  FIREBASE_DATABASE_EMULATOR_HOST: z.string().optional(),
  FIREBASE_AUTH_EMULATOR_HOST: z.string().optional(),
  CLOUD_TASKS_EMULATOR_HOST: z.string().optional(),
  RELAY_URL: z.url().optional(),
  K_SERVICE: z.string().optional(),
  FUNCTIONS_EMULATOR: z.string().optional(),
  ALERT_WEBHOOK_URL: z.url({ protocol: /^https$/, error: "must be https://…" }).optional(),
  MIRROR_USERS_URL: z.url().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be redis://… or rediss://…" }).optional(),
  RATE_LIMIT_SCALE: z.coerce.number().min(0.1).max(10_000).default(1),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(1),
  RELAY_SERVICE_ACCOUNT: z.string().optional(),
  FIREBASE_PROJECT_ID: z.string().optional(),
  FIREBASE_CLIENT_EMAIL: z.string().optional(),
  FIREBASE_PRIVATE_KEY: z
    .string()
    .transform((key) => key.replaceAll(String.raw`\n`, "\n"))
    .optional(),
});

/**
 * Reads the configuration.
 * @throws Error that names every variable that is missing or wrong, never a value
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`the environment does not fit; see "Configuration" in README.md\n${wrong.join("\n")}`);
  }
  const values = parsed.data;
  const projectId = values.FIREBASE_PROJECT_ID ?? values.GCLOUD_PROJECT;
  const clientEmail = values.FIREBASE_CLIENT_EMAIL;
  const privateKey = values.FIREBASE_PRIVATE_KEY;
  return {
    projectId,
    mysql: {
      url: values.MYSQL_URL,
      connections: values.MYSQL_CONNECTIONS,
      postLockTimeoutSeconds: values.MYSQL_POST_LOCK_SECONDS,
    },
    accessTokenKeys: values.ACCESS_TOKEN_KEYS,
    refreshTokenKeys: values.REFRESH_TOKEN_KEYS,
    realtime: {
      url: realtimeUrl(projectId, values),
      timeoutMs: values.RTDB_TIMEOUT_MS,
      window: values.RTDB_WINDOW,
      emulator: values.FIREBASE_DATABASE_EMULATOR_HOST !== undefined,
    },
    inlineRelayDeadlineMs: values.INLINE_RELAY_DEADLINE_MS,
    editWindowSeconds: values.EDIT_WINDOW_SECONDS,
    tombstoneDays: values.TOMBSTONE_DAYS,
    filters: { blockedWords: values.COMMENT_BLOCKED_WORDS, allowLinks: values.COMMENT_LINKS === "allow" },
    tasks: {
      emulatorHost: values.CLOUD_TASKS_EMULATOR_HOST,
      functionUrl: values.RELAY_URL ?? `https://${REGION}-${projectId}.cloudfunctions.net/relay`,
      mirrorUsersUrl: values.MIRROR_USERS_URL ?? `https://${REGION}-${projectId}.cloudfunctions.net/mirrorUsers`,
      serviceAccount: values.RELAY_SERVICE_ACCOUNT ?? clientEmail ?? `${projectId}@appspot.gserviceaccount.com`,
    },
    rateLimits: { redisUrl: values.REDIS_URL, scale: values.RATE_LIMIT_SCALE },
    trustedProxies: values.TRUSTED_PROXIES,
    authEmulatorHost: values.FIREBASE_AUTH_EMULATOR_HOST,
    // Cloud Run names the service; the emulator does too.
    monitoring: values.K_SERVICE && !values.FUNCTIONS_EMULATOR ? { projectId, job: values.K_SERVICE } : undefined,
    alertWebhook: values.ALERT_WEBHOOK_URL === undefined ? undefined : new URL(values.ALERT_WEBHOOK_URL),
    serviceAccount: clientEmail && privateKey ? { clientEmail, privateKey } : undefined,
  };
}

function realtimeUrl(projectId: string, values: z.infer<typeof environment>): string {
  const emulator = values.FIREBASE_DATABASE_EMULATOR_HOST;
  if (emulator) return `http://${emulator}/?ns=${projectId}-default-rtdb`;
  return values.RTDB_URL ?? values.FIREBASE_CONFIG?.databaseURL ?? `https://${projectId}-default-rtdb.firebaseio.com`;
}
