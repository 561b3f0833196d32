import { z } from "zod";
import type { Endpoint } from "../local/endpoints.ts";
import { type Outcome, error, ok, outdated, warning } from "../outcome.ts";
import type { ProjectFacts } from "./facts.ts";

type Endpoints = Record<string, Endpoint>;

const DEPLOY = "npm run deploy";

export function deployed({ functions, id }: ProjectFacts, endpoints: Endpoints): Outcome[] {
  if (functions.size === 0) return [warning("no function is deployed yet", `${DEPLOY} -- --project ${id}`)];
  return Object.keys(endpoints).map((name) => {
    const found = functions.get(name);
    if (!found) return outdated(`the function ${name} is not deployed`, `${DEPLOY} -- --project ${id}`);
    if (found.state === "ACTIVE") return ok(`the function ${name} is active`);
    return error(
      `the function ${name} is ${found.state}`,
      `look at its log: npx firebase functions:log --only ${name}`,
    );
  });
}

/** With several accounts, roles that one has would be missing to another. */
export function sameAccount({ functions, account }: ProjectFacts): Outcome[] {
  const others = [...functions].filter(([, { serviceConfig }]) => serviceConfig?.serviceAccountEmail !== account);
  if (others.length === 0) return functions.size === 0 ? [] : [ok("all functions run as one account")];
  const names = others.map(([name]) => name).join(", ");
  return [warning(`${names} run as another account than api`, "deploy all functions with one service account")];
}

const queueSchema = z.looseObject({
  state: z.string(),
  rateLimits: z.looseObject({ maxDispatchesPerSecond: z.number(), maxConcurrentDispatches: z.number() }).partial(),
  retryConfig: z.looseObject({ maxAttempts: z.number(), maxRetryDuration: z.string() }).partial().default({}),
});

/** A queue whose settings were changed by hand drops tasks, or floods the database. */
export async function queues(
  { google, id, region, functions }: ProjectFacts,
  endpoints: Endpoints,
): Promise<Outcome[]> {
  const names = Object.keys(endpoints).filter((name) => endpoints[name]?.taskQueueTrigger && functions.has(name));
  return Promise.all(
    names.map(async (name) => {
      const path = `/v2/projects/${id}/locations/${region}/queues/${name}`;
      const queue = await google.get("cloudtasks", path, queueSchema);
      if (!queue) return outdated(`there is no queue ${name}`, `${DEPLOY} -- --project ${id}`);
      if (queue.state !== "RUNNING") {
        return error(`the queue ${name} is ${queue.state}`, `gcloud tasks queues resume ${name} --location=${region}`);
      }
      const wrong = differences(queue, endpoints[name]);
      if (wrong.length === 0) return ok(`the queue ${name} has our settings`);
      return outdated(`the queue ${name} has ${wrong.join(", ")}`, `${DEPLOY} -- --project ${id} sets them again`);
    }),
  );
}

function differences(
  { rateLimits, retryConfig }: z.infer<typeof queueSchema>,
  endpoint: Endpoint | undefined,
): string[] {
  const { rateLimits: rates = {}, retryConfig: retries = {} } = endpoint?.taskQueueTrigger ?? {};
  const pairs: [string, unknown, unknown][] = [
    ["maxDispatchesPerSecond", rateLimits.maxDispatchesPerSecond, rates["maxDispatchesPerSecond"]],
    ["maxConcurrentDispatches", rateLimits.maxConcurrentDispatches, rates["maxConcurrentDispatches"]],
    ["maxAttempts", retryConfig.maxAttempts, retries["maxAttempts"]],
    ["maxRetryDuration", retryConfig.maxRetryDuration, `${String(retries["maxRetrySeconds"])}s`],
  ];
  return pairs
    .filter(([, found, wanted]) => found !== wanted)
    .map(([name, found, wanted]) => `${name} ${String(found)} instead of ${String(wanted)}`);
}

/** The product's promise of two minutes stands on the schedules. */
export async function schedules(
  { google, id, region, functions }: ProjectFacts,
  endpoints: Endpoints,
): Promise<Outcome[]> {
  const names = Object.keys(endpoints).filter((name) => endpoints[name]?.scheduleTrigger && functions.has(name));
  return Promise.all(
    names.map(async (name) => {
      const path = `/v1/projects/${id}/locations/${region}/jobs/firebase-schedule-${name}-${region}`;
      const job = await google.get("cloudscheduler", path, z.looseObject({ state: z.string(), schedule: z.string() }));
      if (!job) return outdated(`${name} has no schedule`, `${DEPLOY} -- --project ${id}`);
      const wanted = endpoints[name]?.scheduleTrigger?.schedule;
      if (job.schedule !== wanted)
        return outdated(`${name} runs "${job.schedule}" instead of "${wanted}"`, `${DEPLOY} -- --project ${id}`);
      if (job.state === "ENABLED") return ok(`${name} runs ${job.schedule}`);
      return error(
        `the schedule of ${name} is ${job.state}`,
        `gcloud scheduler jobs resume firebase-schedule-${name}-${region} --location=${region}`,
      );
    }),
  );
}
