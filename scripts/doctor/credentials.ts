import { applicationDefault } from "firebase-admin/app";
import { createGoogle } from "./project/google.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The way to a project's APIs, with the credentials of the person or machine: a key file in GOOGLE_APPLICATION_CREDENTIALS, or
 * `gcloud auth application-default login`. GOOGLE_APIS_URL replaces Google's addresses in a test.
 */
export function openProject(id: string, env: Surroundings["env"]): NonNullable<Surroundings["project"]> {
  const base = env["GOOGLE_APIS_URL"] || undefined;
  const token = async () => (base === undefined ? (await applicationDefault().getAccessToken()).access_token : "test");
  return { id, google: createGoogle({ base, token }) };
}
