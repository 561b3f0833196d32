import { parseArgs } from "node:util";
import { readDeployment } from "../functions/src/deployment.ts";
import { budgetOf } from "./doctor/local/budget.ts";
import { readSettings } from "./doctor/settings.ts";
import { root } from "./platform/paths.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { setupScript } from "./setup/commands.ts";

const HELP = `Prints a shell script that prepares an empty project: npm run setup --silent -- --project ID [options] > setup.sh

  --project ID   the project on Google Cloud
  --budget N     US dollars a month: you are told at half, at 90 % and at all of it (default: 100)
  --replica      with a read replica of the database
  --help         show this help

The script turns the APIs on, creates Cloud SQL, the Realtime Database, roles, secrets, an alert policy, an uptime check, a dashboard and a
budget alert. It runs nothing by itself. The region and the site come from .env.
Exit codes: 0 done, 1 wrong arguments.`;

/** Left for migrations, an administrator and monitoring. */
const RESERVED_CONNECTIONS = 50;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      project: { type: "string" },
      budget: { type: "string", default: "100" },
      replica: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const projectId = values.project ?? "";
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(projectId)) throw new Problem("Name the project: --project my-comments.");
  const budget = Number(values.budget);
  if (!Number.isInteger(budget) || budget < 1) throw new Problem("--budget needs a number of US dollars.");
  const { settings, settingsProblem } = readSettings(root, projectId);
  if (settingsProblem !== undefined) throw new Problem(settingsProblem);
  const { region, siteUrl, hostingSite = projectId } = readDeployment(settings);
  const script = setupScript({
    projectId,
    region,
    host: siteUrl === undefined ? `${hostingSite}.web.app` : new URL(siteUrl).host,
    budget,
    maxConnections: budgetOf(settings).duringDeployment + RESERVED_CONNECTIONS,
    hasReplica: values.replica,
  });
  process.stdout.write(script);
});
