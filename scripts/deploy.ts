import { parseArgs } from "node:util";
import { type PlanOptions, deploymentSteps, rollbackSteps } from "./deploy/plan.ts";
import { commitOf, previousRelease } from "./deploy/releases.ts";
import { runSteps } from "./deploy/steps.ts";
import { Problem, runCommand } from "./platform/problem.ts";

const HELP = `Deploys this clone to a project: npm run deploy -- --project ID [options]

  --project ID          the project on Google Cloud
  --dry-run             print the command of each step, and run none
  --rollback            deploy the release before again: functions, rules and page. The schema stays
  --to REF              with --rollback: the commit or tag to go back to
  --force               answer the Firebase CLI's questions with yes: delete functions that are no longer there, pay for minimum
                        instances, keep images of a build for a day. Without a terminal it fails where it would ask
  --accept-migrations   apply migrations on which the code that runs now may fail
  --help                show this help

The steps: doctor, build, previous release, migrate, security rules, functions, page, smoke test. MYSQL_URL names the database to migrate. Sign in before:
npx firebase login, and gcloud auth application-default login. When a step fails, the last lines say what is live and the way back.
Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      project: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      rollback: { type: "boolean", default: false },
      to: { type: "string" },
      force: { type: "boolean", default: false },
      "accept-migrations": { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const projectId = values.project ?? "";
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(projectId)) throw new Problem("Name the project: --project my-comments.");
  if (values.to !== undefined && !values.rollback) throw new Problem("--to goes with --rollback.");
  const current = commitOf("HEAD");
  const options: PlanOptions = {
    projectId,
    commit: current,
    acceptsContraction: values["accept-migrations"],
    isForced: values.force,
    env: process.env,
    print: (line) => console.log(line),
  };
  const wayBack = `npm run deploy -- --project ${projectId} --rollback`;
  const running = { isDryRun: values["dry-run"], print: options.print, wayBack };
  if (!values.rollback) return runSteps(deploymentSteps(options), running);
  const commit = values.to === undefined ? previousRelease(projectId, current) : commitOf(values.to);
  await runSteps(rollbackSteps({ ...options, commit }), running);
});
