import { z } from "zod";
import { VIDEO_ID } from "./contract/patterns.ts";

/**
 * What is decided when the functions are deployed: where they run, how large they are, which secrets they get. The CLI reads it from
 * `.env` when it looks for the functions; running functions read it from their environment.
 */
export interface Deployment {
  region: string;
  api: { minInstances: number; maxInstances: number; memory: Memory; concurrency: number };
  /** `maxInstances` is relayVideos'; of these, `relayUsers` and `countAudiences` have 2 at most. `memory` is that of every function but the API. */
  relay: { maxInstances: number; memory: Memory };
  /** How the functions reach a private address. */
  vpc: { connector: string } | { network: string | undefined; subnet: string | undefined } | undefined;
  /** Settings that are secrets of Secret Manager although they need not be. */
  optionalSecrets: string[];
  /** The account as which Cloud Tasks calls the task functions: the deployment lets it. Undefined: the functions' own. */
  taskAccount: string | undefined;
  /** Undefined: the project's default site. */
  hostingSite: string | undefined;
  /** Where the deployed page is; undefined: at the Hosting site's own address. */
  siteUrl: string | undefined;
  /** The video on which the smoke test posts; undefined: one of its own, which must be known where `VIDEO_IDS` is `registered`. */
  smokeVideo: string | undefined;
}

const MEMORIES = ["256MiB", "512MiB", "1GiB", "2GiB", "4GiB", "8GiB"] as const;
type Memory = (typeof MEMORIES)[number];

/** The secrets that the API always gets. */
export const REQUIRED_API_SECRETS = ["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"];
/** The secret that every other function always gets: they make no tokens and count no limits. */
const REQUIRED_SECRETS = ["MYSQL_URL"];
/** What may be a secret, and whether only the API needs it. */
export const OPTIONAL_SECRETS: Record<string, { isForApiOnly: boolean }> = {
  REDIS_URL: { isForApiOnly: true },
  MYSQL_REPLICA_URLS: { isForApiOnly: true },
  ALERT_WEBHOOK_URL: { isForApiOnly: false },
  SERVICE_ACCOUNT_KEY: { isForApiOnly: false },
};

/** Names of Google Cloud's resources: lower case, digits and hyphens. */
const resource = z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be a name such as my-site");
/** A bare name, or the path that names another project. */
const resourcePath = z.string().regex(/^[a-z][\w./-]*$/, "must be a name, or projects/PROJECT/…/NAME");

const optionalSecrets = z.string().transform((text, context): string[] => {
  const names = text.split(",").map((name) => name.trim());
  for (const name of names.filter((name) => name !== "" && !Object.hasOwn(OPTIONAL_SECRETS, name))) {
    context.addIssue(`${name} is none of ${Object.keys(OPTIONAL_SECRETS).join(", ")}`);
  }
  return names.filter((name) => Object.hasOwn(OPTIONAL_SECRETS, name));
});

const instances = z.coerce.number().int().min(1).max(1_000);

const environment = z
  .object({
    FUNCTIONS_REGION: z
      .string()
      .regex(/^[a-z]+-[a-z]+\d+$/, "must be a region such as europe-west1")
      .default("europe-west1"),
    API_MIN_INSTANCES: z.coerce.number().int().min(0).max(1_000).default(0),
    API_MAX_INSTANCES: instances.default(8),
    API_MEMORY: z.enum(MEMORIES).default("512MiB"),
    API_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(80),
    RELAY_MAX_INSTANCES: instances.default(5),
    RELAY_MEMORY: z.enum(MEMORIES).default("512MiB"),
    VPC_CONNECTOR: resourcePath.optional(),
    VPC_NETWORK: resourcePath.optional(),
    VPC_SUBNET: resourcePath.optional(),
    OPTIONAL_SECRETS: optionalSecrets.default([]),
    RELAY_SERVICE_ACCOUNT: z.email().optional(),
    HOSTING_SITE: resource.optional(),
    SITE_URL: z.url({ protocol: /^https$/, error: "must be https://…" }).optional(),
    SMOKE_VIDEO: z.string().regex(VIDEO_ID, "must be a video's id").optional(),
  })
  .superRefine((values, context) => {
    if (values.VPC_CONNECTOR !== undefined && (values.VPC_NETWORK ?? values.VPC_SUBNET) !== undefined) {
      const message = "set either VPC_CONNECTOR or VPC_NETWORK and VPC_SUBNET";
      context.addIssue({ code: "custom", path: ["VPC_CONNECTOR"], message });
    }
    if (values.API_MIN_INSTANCES > values.API_MAX_INSTANCES) {
      context.addIssue({ code: "custom", path: ["API_MIN_INSTANCES"], message: "is more than API_MAX_INSTANCES" });
    }
  });

/**
 * Reads the deployment's settings. An empty value counts as none.
 * @throws Error that names every wrong variable
 */
export function readDeployment(env: Record<string, string | undefined>): Deployment {
  const parsed = environment.safeParse(
    Object.fromEntries(Object.keys(environment.shape).map((name) => [name, env[name] || undefined])),
  );
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`the deployment's settings are not valid; see docs/configuration.md\n${wrong.join("\n")}`);
  }
  const values = parsed.data;
  return {
    region: values.FUNCTIONS_REGION,
    api: {
      minInstances: values.API_MIN_INSTANCES,
      maxInstances: values.API_MAX_INSTANCES,
      memory: values.API_MEMORY,
      concurrency: values.API_CONCURRENCY,
    },
    relay: { maxInstances: values.RELAY_MAX_INSTANCES, memory: values.RELAY_MEMORY },
    vpc: vpcOf(values),
    optionalSecrets: values.OPTIONAL_SECRETS,
    taskAccount: values.RELAY_SERVICE_ACCOUNT,
    hostingSite: values.HOSTING_SITE,
    siteUrl: values.SITE_URL?.replace(/\/$/, ""),
    smokeVideo: values.SMOKE_VIDEO,
  };
}

function vpcOf(values: z.infer<typeof environment>): Deployment["vpc"] {
  if (values.VPC_CONNECTOR !== undefined) return { connector: values.VPC_CONNECTOR };
  if ((values.VPC_NETWORK ?? values.VPC_SUBNET) === undefined) return undefined;
  return { network: values.VPC_NETWORK, subnet: values.VPC_SUBNET };
}

/** The secrets that a function gets in this deployment. */
export function secretsOf(deployment: Deployment, isApi: boolean): string[] {
  const optional = deployment.optionalSecrets.filter((name) => isApi || !OPTIONAL_SECRETS[name]?.isForApiOnly);
  return [...(isApi ? REQUIRED_API_SECRETS : REQUIRED_SECRETS), ...optional];
}
