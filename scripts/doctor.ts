import { parseArgs } from "node:util";
import { openProject } from "./doctor/credentials.ts";
import { examine } from "./doctor/examine.ts";
import { linesOf, totalsOf } from "./doctor/report.ts";
import { readSettings } from "./doctor/settings.ts";
import { projectId, root } from "./platform/paths.ts";
import { Problem, runCommand } from "./platform/problem.ts";

const HELP = `Checks every pre-condition of a deployment, and changes nothing: npm run doctor [-- options]

  --project ID   also check the project on Google Cloud: APIs, roles, queues, secrets, rules, alerts
  --json         print the findings as JSON, for a program
  --help         show this help

With MYSQL_URL in the environment it also checks the database. With the token keys and SERVICE_ACCOUNT_KEY there, it
checks their form. The project's APIs are called with the credentials of \`gcloud auth application-default login\`, or of the key file in GOOGLE_APPLICATION_CREDENTIALS.
Each line is ok, a warning (the deployment works, but something is not as it should be) or an error, with what to do.
Exit codes: 0 no error, 1 at least one error.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { project: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const id = values.project;
  if (id !== undefined && !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id)) {
    throw new Problem("--project needs a project's id, such as my-comments.");
  }
  const findings = await examine({
    root,
    nodeVersion: process.version,
    env: process.env,
    ...readSettings(root, id ?? projectId),
    project: id === undefined ? undefined : openProject(id, process.env),
  });
  if (values.json) console.log(JSON.stringify({ findings }, undefined, 2));
  else console.log([...linesOf(findings), "", totalsOf(findings)].join("\n"));
  if (findings.some(({ status }) => status === "error")) process.exitCode = 1;
});
