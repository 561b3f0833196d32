import { z } from "zod";
import { type Outcome, error, ok } from "../outcome.ts";
import { type Policy, type ProjectFacts, hasRole, policySchema } from "./facts.ts";

/** Roles that have every right below. */
const ALL = ["roles/owner"];

interface Need {
  /** For what the functions need it. */
  purpose: string;
  /** Any of these is enough. The first one is the least, and the one that is proposed. */
  roles: string[];
}

const ON_PROJECT: Need[] = [
  {
    purpose: "the relay",
    roles: [
      "roles/firebasedatabase.admin",
      "roles/firebase.admin",
      "roles/firebase.sdkAdminServiceAgent",
      "roles/editor",
    ],
  },
  {
    purpose: "ending Firebase sign-ins",
    roles: ["roles/firebaseauth.admin", "roles/firebase.admin", "roles/firebase.sdkAdminServiceAgent", "roles/editor"],
  },
  { purpose: "relay tasks", roles: ["roles/cloudtasks.enqueuer", "roles/cloudtasks.admin", "roles/editor"] },
  {
    purpose: "metrics",
    roles: ["roles/monitoring.metricWriter", "roles/monitoring.editor", "roles/monitoring.admin", "roles/editor"],
  },
];

export async function serviceAccounts(facts: ProjectFacts): Promise<Outcome[]> {
  const { account, taskAccount } = facts;
  return Promise.all([...new Set([account, taskAccount])].map((email) => accountOutcome(facts, email)));
}

async function accountOutcome({ google, id }: ProjectFacts, email: string): Promise<Outcome> {
  const schema = z.looseObject({ disabled: z.boolean().default(false) });
  const found = await google.get("iam", `/v1/projects/${id}/serviceAccounts/${email}`, schema);
  if (!found)
    return error(`there is no service account ${email}`, "enable the API compute, or set RELAY_SERVICE_ACCOUNT");
  if (found.disabled)
    return error(`the service account ${email} is disabled`, `gcloud iam service-accounts enable ${email}`);
  return ok(`the functions use the service account ${email}`);
}

export function projectRoles({ policy, account, id }: ProjectFacts): Outcome[] {
  return ON_PROJECT.map(({ purpose, roles }) => {
    const [least = ""] = roles;
    if (hasRole(policy, account, [...roles, ...ALL])) return ok(`${purpose}: the functions' account has the role`);
    const command = `gcloud projects add-iam-policy-binding ${id} --member=serviceAccount:${account} --role=${least}`;
    return error(`${purpose}: the functions' account lacks ${least}`, command);
  });
}

/** Without it, everybody signs in without presence. */
export async function signing(facts: ProjectFacts): Promise<Outcome[]> {
  const roles = ["roles/iam.serviceAccountTokenCreator", "roles/firebase.sdkAdminServiceAgent"];
  if (await mayUse(facts, facts.account, roles)) return [ok("the functions' account may sign Firebase custom tokens")];
  return [lacksOn(facts, facts.account, "sign Firebase custom tokens: sign-ins come without presence", roles[0])];
}

/** Without it, Cloud Tasks refuses every task. */
export async function acting(facts: ProjectFacts): Promise<Outcome[]> {
  const roles = ["roles/iam.serviceAccountUser", "roles/editor"];
  if (await mayUse(facts, facts.taskAccount, roles))
    return [ok("the functions' account may make tasks of the task account")];
  return [lacksOn(facts, facts.taskAccount, "make tasks that carry the task account's identity", roles[0])];
}

/** Whether the functions' account has one of the roles on a service account, or on the whole project. */
async function mayUse(
  { google, id, policy, account }: ProjectFacts,
  target: string,
  roles: string[],
): Promise<boolean> {
  if (hasRole(policy, account, [...roles, ...ALL])) return true;
  const path = `/v1/projects/${id}/serviceAccounts/${target}:getIamPolicy`;
  const own: Policy | undefined = await google.post("iam", path, policySchema);
  return own !== undefined && hasRole(own, account, roles);
}

function lacksOn({ account }: ProjectFacts, target: string, purpose: string, role = ""): Outcome {
  const command = `gcloud iam service-accounts add-iam-policy-binding ${target} --member=serviceAccount:${account} --role=${role}`;
  return error(`the functions' account may not ${purpose}`, command);
}

/** Cloud Run admits a task only if its account may call the function. */
export async function invoking({ google, id, region, taskAccount, functions }: ProjectFacts): Promise<Outcome[]> {
  const names = ["relayVideos", "relayUsers", "countAudiences"].filter((name) => functions.has(name));
  return Promise.all(
    names.map(async (name) => {
      const service = name.toLowerCase();
      const path = `/v2/projects/${id}/locations/${region}/services/${service}:getIamPolicy`;
      const policy = await google.get("run", path, policySchema);
      if (policy && hasRole(policy, taskAccount, ["roles/run.invoker"])) return ok(`Cloud Tasks may call ${name}`);
      const command = `gcloud run services add-iam-policy-binding ${service} --region=${region} --member=serviceAccount:${taskAccount} --role=roles/run.invoker`;
      return error(`Cloud Tasks may not call ${name} as ${taskAccount}`, command);
    }),
  );
}
