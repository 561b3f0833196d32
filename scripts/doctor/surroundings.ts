import type { Google } from "./project/google.ts";

/** What the checks look at. */
export interface Surroundings {
  /** The clone. */
  root: string;
  /** The Node that runs the checks, such as `v24.21.0`. */
  nodeVersion: string;
  /** The environment of the command: the secrets of the deployment, where the person has set them. */
  env: Record<string, string | undefined>;
  /** What `.env` gives to the functions; empty if the file is missing or cannot be read. */
  settings: Record<string, string>;
  /** Why `.env` cannot be read, in the words of the Firebase CLI. */
  settingsProblem: string | undefined;
  /** The Google Cloud project, and the way to its APIs. */
  project: { id: string; google: Google } | undefined;
}
