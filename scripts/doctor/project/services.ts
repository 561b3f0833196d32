import { z } from "zod";
import { type Outcome, error, ok } from "../outcome.ts";
import type { ProjectFacts } from "./facts.ts";

/** What a deployment and the running functions call. */
export const APIS = [
  "artifactregistry",
  "cloudbuild",
  "cloudfunctions",
  "cloudscheduler",
  "cloudtasks",
  "eventarc",
  "firebase",
  "firebasedatabase",
  "firebasehosting",
  "iam",
  "iamcredentials",
  "identitytoolkit",
  "logging",
  "monitoring",
  "run",
  "secretmanager",
  "sqladmin",
] as const;

export async function apis({ google, id, number }: ProjectFacts): Promise<Outcome[]> {
  const enabled = await google.list(
    "serviceusage",
    `/v1/projects/${number}/services?filter=state:ENABLED&pageSize=200`,
    "services",
    z.looseObject({ config: z.looseObject({ name: z.string() }) }),
  );
  const names = new Set(enabled.map(({ config }) => config.name));
  const missing = APIS.map((api) => `${api}.googleapis.com`).filter((name) => !names.has(name));
  if (missing.length === 0) return [ok(`all ${APIS.length} APIs are enabled`)];
  return [error(`not enabled: ${missing.join(", ")}`, `gcloud services enable ${missing.join(" ")} --project=${id}`)];
}

export async function billing({ google, id }: ProjectFacts): Promise<Outcome[]> {
  const schema = z.looseObject({ billingEnabled: z.boolean().default(false) });
  const info = await google.get("cloudbilling", `/v1/projects/${id}/billingInfo`, schema);
  if (info?.billingEnabled) return [ok("the project has a billing account")];
  return [error("the project has no billing account", "choose the Blaze plan in the Firebase console")];
}

export async function authentication({ google, id }: ProjectFacts): Promise<Outcome[]> {
  const config = await google.get("identitytoolkit", `/admin/v2/projects/${id}/config`, z.looseObject({}));
  if (config) return [ok("Firebase Authentication is set up")];
  return [error("Firebase Authentication is not set up", "Firebase console, Authentication, Get started")];
}

export async function hosting({ google, id }: ProjectFacts, site: string): Promise<Outcome[]> {
  const schema = z.looseObject({ defaultUrl: z.string() });
  const found = await google.get("firebasehosting", `/v1beta1/projects/${id}/sites/${site}`, schema);
  if (found) return [ok(`the Hosting site ${site} is at ${found.defaultUrl}`)];
  return [error(`there is no Hosting site ${site}`, `npx firebase hosting:sites:create ${site}, or set HOSTING_SITE`)];
}
