import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDeployment } from "../../functions/src/deployment.ts";
import { instanceOf } from "../doctor/project/facts.ts";

interface FirebaseConfig {
  hosting: { site?: string; rewrites: { function?: { functionId: string; region: string } }[] };
  /** A list, where the database is named: the CLI ignores the name in a single entry, and takes the project's default database. */
  database: { rules: string } | { rules: string; instance: string }[];
}

/** In the folder that it is for, because the CLI resolves a configuration's paths from there. Not under version control. */
export const CONFIG_FILE = ".firebase-deploy.json";

/** Writes a copy of firebase.json with the region, the database and the Hosting site of this deployment. */
export function writeDeployConfig(folder: string, settings: Record<string, string>): void {
  const config: FirebaseConfig = JSON.parse(readFileSync(join(folder, "firebase.json"), "utf8"));
  const { region, hostingSite } = readDeployment(settings);
  for (const { function: target } of config.hosting.rewrites) if (target) target.region = region;
  if (hostingSite !== undefined) config.hosting.site = hostingSite;
  const instance = instanceOf(settings["RTDB_URL"]);
  if (instance !== undefined && !Array.isArray(config.database)) config.database = [{ ...config.database, instance }];
  writeFileSync(join(folder, CONFIG_FILE), JSON.stringify(config, undefined, 2));
}
