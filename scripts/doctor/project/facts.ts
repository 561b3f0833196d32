import { z } from "zod";
import { readDeployment } from "../../../functions/src/deployment.ts";
import { Problem } from "../../platform/problem.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Google } from "./google.ts";

const binding = z.looseObject({ role: z.string(), members: z.array(z.string()).default([]) });
export const policySchema = z.looseObject({ bindings: z.array(binding).default([]) });
export type Policy = z.infer<typeof policySchema>;

const deployedFunction = z.looseObject({
  name: z.string(),
  state: z.string(),
  serviceConfig: z.looseObject({ serviceAccountEmail: z.string().optional() }).optional(),
});
const instance = z.looseObject({
  name: z.string(),
  databaseUrl: z.string(),
  type: z.string().optional(),
  state: z.string().optional(),
});

/** What several checks need of a project. */
export interface ProjectFacts {
  id: string;
  google: Google;
  number: string;
  region: string;
  policy: Policy;
  /** The functions that are deployed, by their names. */
  functions: Map<string, z.infer<typeof deployedFunction>>;
  /** The account as which the functions run. */
  account: string;
  /** The account as which Cloud Tasks calls. */
  taskAccount: string;
  /** The Realtime Database that the functions use; undefined if it does not exist. */
  database: z.infer<typeof instance> | undefined;
  /** Its name. */
  databaseName: string;
}

/**
 * Reads what several checks need.
 * @throws Problem if the project does not exist or is being deleted; Error if Google refuses
 */
export async function readProjectFacts({ project, settings }: Surroundings): Promise<ProjectFacts> {
  if (!project) throw new Error("no project was named");
  const { id, google } = project;
  const found = await google.get(
    "cloudresourcemanager",
    `/v1/projects/${id}`,
    z.looseObject({ projectNumber: z.string(), lifecycleState: z.string() }),
  );
  if (found?.lifecycleState !== "ACTIVE") throw new Problem(`The project ${id} does not exist, or is being deleted.`);
  const { region } = readDeployment(settings);
  const policy = await google.post("cloudresourcemanager", `/v1/projects/${id}:getIamPolicy`, policySchema);
  const functions = await google.list(
    "cloudfunctions",
    `/v2/projects/${id}/locations/${region}/functions`,
    "functions",
    deployedFunction,
  );
  const byName = new Map(functions.map((one) => [one.name.split("/").at(-1) ?? "", one]));
  const account =
    byName.get("api")?.serviceConfig?.serviceAccountEmail ??
    `${found.projectNumber}-compute@developer.gserviceaccount.com`;
  const databaseName = instanceOf(settings["RTDB_URL"]) ?? `${id}-default-rtdb`;
  const instances = await google.list(
    "firebasedatabase",
    `/v1beta/projects/${id}/locations/-/instances`,
    "instances",
    instance,
  );
  return {
    id,
    google,
    number: found.projectNumber,
    region,
    policy: policy ?? { bindings: [] },
    functions: byName,
    account,
    taskAccount: settings["RELAY_SERVICE_ACCOUNT"] ?? account,
    database: instances.find(({ name }) => name.split("/").at(-1) === databaseName),
    databaseName,
  };
}

/** `https://NAME.firebaseio.com` and `https://NAME.REGION.firebasedatabase.app` are the database NAME. */
export function instanceOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).hostname.split(".")[0];
}

/** Whether an account has one of the roles. */
export function hasRole({ bindings }: Policy, email: string, roles: readonly string[]): boolean {
  const members = [`serviceAccount:${email}`, `user:${email}`];
  return bindings.some((one) => roles.includes(one.role) && members.some((member) => one.members.includes(member)));
}
