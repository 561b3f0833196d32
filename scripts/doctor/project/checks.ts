import { readDeployment } from "../../../functions/src/deployment.ts";
import { messageOf } from "../../platform/problem.ts";
import { type Endpoint, discoverEndpoints } from "../local/endpoints.ts";
import { type Check, type Outcome, error, ok } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import { acting, invoking, projectRoles, serviceAccounts, signing } from "./accounts.ts";
import { appCheck } from "./app-check.ts";
import { alertPolicies, uptimeCheck } from "./alerting.ts";
import { type ProjectFacts, readProjectFacts } from "./facts.ts";
import { deployed, queues, sameAccount, schedules } from "./functions.ts";
import { database, databaseUrl, rulesInForce } from "./realtime.ts";
import { secrets } from "./secrets.ts";
import { apis, authentication, billing, hosting } from "./services.ts";
import { cloudSql } from "./sql.ts";

type OnProject = (
  facts: ProjectFacts,
  more: { surroundings: Surroundings; endpoints: Record<string, Endpoint> },
) => Promise<Outcome[]> | Outcome[];

const ON_PROJECT: Record<string, OnProject> = {
  apis,
  billing,
  authentication,
  hosting: (facts, { surroundings }) => hosting(facts, readDeployment(surroundings.settings).hostingSite ?? facts.id),
  "app-check": (facts, { surroundings }) => appCheck(facts, surroundings.settings["APP_CHECK"]),
  database,
  "database-url": (facts, { surroundings }) => databaseUrl(facts, surroundings.settings),
  "rules-in-force": (facts, { surroundings }) => rulesInForce(facts, surroundings.root),
  "service-accounts": serviceAccounts,
  roles: projectRoles,
  "role-sign": signing,
  "role-act-as": acting,
  "role-invoke": invoking,
  secrets: (facts, { endpoints }) => secrets(facts, endpoints),
  deployed: (facts, { endpoints }) => deployed(facts, endpoints),
  "same-account": sameAccount,
  queues: (facts, { endpoints }) => queues(facts, endpoints),
  schedules: (facts, { endpoints }) => schedules(facts, endpoints),
  alerts: alertPolicies,
  uptime: uptimeCheck,
  "cloud-sql": cloudSql,
};

/** The checks of the project on Google Cloud; one line that says so if none was named. */
export async function projectChecks(surroundings: Surroundings): Promise<Check[]> {
  if (!surroundings.project) {
    return [
      { id: "project", run: () => [ok("no project was named (--project), so nothing on Google Cloud is checked")] },
    ];
  }
  const { id } = surroundings.project;
  let facts: ProjectFacts;
  let endpoints: Record<string, Endpoint>;
  try {
    facts = await readProjectFacts(surroundings);
    endpoints = await discoverEndpoints(surroundings.root, surroundings.settings);
  } catch (cause) {
    const cure =
      "check the project's id, and sign in as one of its owners or viewers: gcloud auth application-default login";
    return [{ id: "project", run: () => [error(messageOf(cause), cure)] }];
  }
  const found = ok(`the project ${id} is active, number ${facts.number}`);
  const checks = Object.entries(ON_PROJECT).map(([name, run]): Check => ({
    id: name,
    run: () => run(facts, { surroundings, endpoints }),
  }));
  return [{ id: "project", run: () => [found] }, ...checks];
}
