import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readDeployment } from "../../functions/src/deployment.ts";
import { openProject } from "../doctor/credentials.ts";
import { examine } from "../doctor/examine.ts";
import { linesOf, totalsOf } from "../doctor/report.ts";
import { readSettings } from "../doctor/settings.ts";
import { buildAll } from "../platform/bundles.ts";
import { local, migrations, root } from "../platform/paths.ts";
import { Problem } from "../platform/problem.ts";
import { smoke } from "../smoke/smoke.ts";
import { CONFIG_FILE, writeDeployConfig } from "./firebase-config.ts";
import { migrateForDeployment } from "./migrate.ts";
import { recordRelease } from "./releases.ts";
import { type Step, runCommandLine } from "./steps.ts";

export interface PlanOptions {
  projectId: string;
  /** The commit that is deployed. */
  commit: string;
  acceptsContraction: boolean;
  env: Record<string, string | undefined>;
  print: (line: string) => void;
}

const FIREBASE = join(root, "node_modules/firebase-tools/lib/bin/firebase.js");

/** A deployment of this clone. */
export function deploymentSteps(options: PlanOptions): Step[] {
  const { projectId, env, print, commit } = options;
  return [
    { name: "doctor", command: `npm run doctor -- --project ${projectId}`, run: () => refuseErrors(options) },
    { name: "build", command: "npm run build", run: buildAll },
    {
      name: "migrate",
      command: "npm run migrate",
      async run() {
        const url = env["MYSQL_URL"];
        if (!url) throw new Problem("MYSQL_URL is not set: it names the database to migrate.");
        print(await migrateForDeployment(url, migrations, options));
      },
    },
    ...firebaseSteps(root, options, ["database", "functions", "hosting"]),
    smokeStep(options),
    {
      name: "record",
      command: `note ${commit.slice(0, 12)} in .local/releases/${projectId}.json`,
      run: async () => recordRelease(projectId, commit),
    },
  ];
}

/** The release of another commit again: its code, page and rules. The schema stays, because it fits both. */
export function rollbackSteps(options: PlanOptions): Step[] {
  const { commit } = options;
  const folder = join(local, "rollback", commit.slice(0, 12));
  const git = (...args: string[]) => runCommandLine("git", args, root);
  return [
    {
      name: "check out",
      command: `git worktree add --force --detach ${folder} ${commit}`,
      run: () => git("worktree", "add", "--force", "--detach", folder, commit),
    },
    {
      name: "packages",
      command: `npm ci --ignore-scripts --prefix ${folder}`,
      async run() {
        const settings = readdirSync(root).filter((name) => /^\.env(\.|$)/.test(name));
        for (const name of settings) copyFileSync(join(root, name), join(folder, name));
        await runCommandLine("npm", ["ci", "--ignore-scripts"], folder);
      },
    },
    ...firebaseSteps(folder, options, ["functions", "database", "hosting"]),
    smokeStep(options),
    {
      name: "tidy",
      command: `git worktree remove --force ${folder}`,
      run: () => git("worktree", "remove", "--force", folder),
    },
  ];
}

const PARTS = { database: "security rules", functions: "functions", hosting: "page" };

function firebaseSteps(folder: string, { projectId }: PlanOptions, parts: (keyof typeof PARTS)[]): Step[] {
  return parts.map((part) => {
    const args = ["deploy", "--only", part, "--project", projectId, "--config", CONFIG_FILE, "--non-interactive"];
    return {
      name: PARTS[part],
      command: `npx firebase ${args.join(" ")}`,
      isLive: true,
      async run() {
        if (!existsSync(join(folder, "firebase.json"))) throw new Problem(`${folder} has no firebase.json`);
        writeDeployConfig(folder, readSettings(folder, projectId).settings);
        await runCommandLine(process.execPath, [FIREBASE, ...args], folder);
      },
    };
  });
}

function smokeStep({ projectId, print, env }: PlanOptions): Step {
  const site = siteOf(projectId);
  return {
    name: "smoke test",
    command: `npm run smoke -- --site ${site}`,
    isLive: true,
    async run() {
      for await (const line of smoke({ site, appCheckToken: env["APP_CHECK_TOKEN"] })) print(`  ${line}`);
    },
  };
}

/** Where the page of a project is. */
function siteOf(projectId: string): string {
  const { siteUrl, hostingSite = projectId } = readDeployment(readSettings(root, projectId).settings);
  return siteUrl ?? `https://${hostingSite}.web.app`;
}

async function refuseErrors({ projectId, env, print }: PlanOptions): Promise<void> {
  // A deployment builds anyway, and an old build says nothing about the functions.
  await buildAll();
  const settings = readSettings(root, projectId);
  const project = openProject(projectId, env);
  const findings = await examine({ root, nodeVersion: process.version, env, ...settings, project });
  const notable = findings.filter(({ status }) => status !== "ok");
  for (const line of linesOf(notable)) print(`  ${line}`);
  print(`  ${totalsOf(findings)}`);
  const inTheWay = notable.filter(({ status, isCuredByDeployment }) => status === "error" && !isCuredByDeployment);
  if (inTheWay.length > 0) throw new Problem(`${inTheWay.length} errors stand in the way (see above)`);
}
