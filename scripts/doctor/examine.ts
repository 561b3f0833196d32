import { databaseChecks } from "./database/checks.ts";
import { budget } from "./local/budget.ts";
import { build, functions } from "./local/build.ts";
import { envFile, envNames, envPrivate, envSecrets, envValues } from "./local/env-file.ts";
import { secretsForm } from "./local/keys.ts";
import { lockfile, packages } from "./local/packages.ts";
import { rules } from "./local/rules.ts";
import { node, runtime } from "./local/tools.ts";
import type { Check } from "./outcome.ts";
import { projectChecks } from "./project/checks.ts";
import { type Finding, runChecks } from "./run.ts";
import type { Surroundings } from "./surroundings.ts";

/** The checks of the clone. */
export const LOCAL_CHECKS: readonly Check[] = [
  node,
  runtime,
  lockfile,
  packages,
  build,
  functions,
  rules,
  envFile,
  envSecrets,
  envNames,
  envValues,
  envPrivate,
  secretsForm,
  budget,
];

/** Runs every check that can be run: of this clone, of the database in MYSQL_URL, and of the project. Changes nothing. */
export async function examine(surroundings: Surroundings): Promise<Finding[]> {
  return [
    ...(await runChecks(LOCAL_CHECKS, surroundings)),
    ...(await runChecks(await databaseChecks(surroundings), surroundings)),
    ...(await runChecks(await projectChecks(surroundings), surroundings)),
  ];
}
