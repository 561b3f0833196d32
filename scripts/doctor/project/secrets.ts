import { z } from "zod";
import type { Endpoint } from "../local/endpoints.ts";
import { type Outcome, error, ok, warning } from "../outcome.ts";
import { type ProjectFacts, hasRole, policySchema } from "./facts.ts";

const ACCESSOR = "roles/secretmanager.secretAccessor";

/** Every secret that a function gets exists, and has an enabled version that the functions may read. */
export async function secrets(facts: ProjectFacts, endpoints: Record<string, Endpoint>): Promise<Outcome[]> {
  const names = new Set(
    Object.values(endpoints).flatMap(({ secretEnvironmentVariables: all }) => all.map(({ key }) => key)),
  );
  return Promise.all([...names].map((name) => secretOutcome(facts, name)));
}

async function secretOutcome({ google, id, policy, account, functions }: ProjectFacts, name: string): Promise<Outcome> {
  const set = `npx firebase functions:secrets:set ${name} --project ${id}`;
  const version = await google.get(
    "secretmanager",
    `/v1/projects/${id}/secrets/${name}/versions/latest`,
    z.looseObject({ state: z.string() }),
  );
  if (!version) return error(`there is no secret ${name}`, set);
  if (version.state !== "ENABLED") return error(`the newest version of the secret ${name} is ${version.state}`, set);
  const own = await google.get("secretmanager", `/v1/projects/${id}/secrets/${name}:getIamPolicy`, policySchema);
  if (hasRole(policy, account, [ACCESSOR, "roles/owner"]) || (own && hasRole(own, account, [ACCESSOR]))) {
    return ok(`the functions may read the secret ${name}`);
  }
  if (functions.size === 0) return ok(`the secret ${name} exists; the first deployment gives the functions access`);
  const command = `gcloud secrets add-iam-policy-binding ${name} --project=${id} --member=serviceAccount:${account} --role=${ACCESSOR}`;
  return warning(`the functions' account may not read the secret ${name}`, command);
}
