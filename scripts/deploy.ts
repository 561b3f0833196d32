import { parseDeployArguments } from "./deploy/arguments.ts";
import { type PlanOptions, deploymentSteps, rollbackSteps, wayBackOf } from "./deploy/plan.ts";
import { type WayBack, commitOf, deployedCommit, lastCommit, wayBackFrom } from "./deploy/releases.ts";
import { runSteps } from "./deploy/steps.ts";
import { openProject } from "./doctor/credentials.ts";
import { readSettings } from "./doctor/settings.ts";
import { root } from "./platform/paths.ts";
import { Problem, messageOf, runCommand } from "./platform/problem.ts";

const HELP = `Deploys this clone to a project: npm run deploy -- --project ID [options]

  --project ID          the project on Google Cloud
  --dry-run             print the command of each step, and run none
  --rollback            deploy the release before the one that runs again: functions, rules and page. The schema stays
  --to REF              with --rollback: the commit or tag to go back to
  --force               answer the Firebase CLI's questions with yes: delete functions that are no longer there, pay for minimum
                        instances, keep images of a build for a day. Without a terminal it fails where it would ask
  --accept-migrations   apply migrations on which the code that runs now may fail; with --rollback: go back to a release that may fail
                        on the migrations since
  --help                show this help

The steps: work tree, build, doctor, previous release, migrate, attempt, security rules, functions, page, smoke test,
record. MYSQL_URL names the database to migrate. Sign in before: npx firebase login, and gcloud auth
application-default login. When a step fails, the last lines say whether something may be live, and the way back.
Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const values = parseDeployArguments(process.argv.slice(2));
  if (values.help) return console.log(HELP);
  const projectId = values.project;
  const options: PlanOptions = {
    projectId,
    commit: commitOf("HEAD"),
    acceptsContraction: values["accept-migrations"],
    isForced: values.force,
    env: process.env,
    print: (line) => console.log(line),
  };
  const running = { isDryRun: values["dry-run"], print: options.print, wayBack: wayBackOf(options) };
  if (!values.rollback) return runSteps(deploymentSteps(options), running);
  const { from, to } =
    values.to === undefined ? await findWayBack(projectId) : { from: lastCommit(projectId), to: commitOf(values.to) };
  console.log(`Back from ${from ?? "what runs"} to ${to}`);
  await runSteps(rollbackSteps({ ...options, commit: to }, from), running);
});

/** What runs is known to the project alone: another clone may have deployed it. */
async function findWayBack(projectId: string): Promise<WayBack> {
  const { settings } = readSettings(root, projectId);
  const running = await deployedCommit(openProject(projectId, process.env), settings).catch((error: unknown) => {
    throw new Problem(`What runs in ${projectId} is not known: ${messageOf(error)}. Name a commit or tag with --to.`);
  });
  return wayBackFrom(projectId, running);
}
