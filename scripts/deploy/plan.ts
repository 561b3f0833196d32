import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readDeployment } from "../../functions/src/deployment.ts";
import { openProject } from "../doctor/credentials.ts";
import { examine } from "../doctor/examine.ts";
import { linesOf, totalsOf } from "../doctor/report.ts";
import { readSettings } from "../doctor/settings.ts";
import { buildAll } from "../platform/bundles/bundles.ts";
import { CLI_ENVIRONMENT, FIREBASE_CLI } from "../platform/firebase/cli.ts";
import { local, migrations, root } from "../platform/paths.ts";
import { Problem } from "../platform/problem.ts";
import { tryCommit } from "../previous/try-commit.ts";
import { smoke } from "../smoke/smoke.ts";
import { CONFIG_FILE, writeDeployConfig } from "./firebase-config.ts";
import { checkOut, checkOutCommand } from "./check-out.ts";
import { refuseOlderThanSchema } from "./migrations-since.ts";
import { migrateForDeployment, pendingForDeployment } from "./migrate.ts";
import { commitOf, deployedCommit, recordAttempt, recordRelease, recordWayBack } from "./releases.ts";
import { type Step, runCommandLine } from "./steps.ts";
import { refuseChanges, requireCommit } from "./work-tree.ts";

export interface PlanOptions {
  projectId: string;
  /** The commit that is deployed. */
  commit: string;
  /** Whether migrations on which the code may fail are applied; with a rollback, whether it goes back to before such ones. */
  acceptsContraction: boolean;
  /** Whether the Firebase CLI's questions are answered with yes. Without a terminal it fails where it would ask. */
  isForced: boolean;
  env: Record<string, string | undefined>;
  print: (line: string) => void;
  /** Where the release of a rollback is unpacked, in `rollback/`; default: .local. */
  home?: string;
}

const PARTS = { database: "security rules", functions: "functions", hosting: "page" };

/** A deployment of this clone. */
export function deploymentSteps(options: PlanOptions): Step[] {
  const { projectId, env, print, commit } = options;
  return [
    { name: "work tree", command: "git status --untracked-files=no", run: async () => refuseChanges(root) },
    // Before the doctor, for which an old build says nothing about the functions.
    { name: "build", command: "npm run build", run: buildAll },
    { name: "doctor", command: `npm run doctor -- --project ${projectId}`, run: () => refuseErrors(options) },
    {
      name: "previous release",
      command: `npm run previous -- --project ${projectId}`,
      run: () => tryPrevious(options),
    },
    {
      name: "migrate",
      command: "npm run migrate",
      // The code that runs now may fail from here on.
      isLive: options.acceptsContraction,
      async run() {
        print(await migrateForDeployment(urlOf(env), migrations, options));
      },
    },
    noteStep("attempt", options, () => recordAttempt(projectId, commit)),
    ...firebaseSteps(root, options, ["database", "functions", "hosting"]).map((step) => ofCommit(step, commit)),
    smokeStep(options),
    noteStep("record", options, () => recordRelease(projectId, commit)),
  ];
}

/** What leads back from a deployment. After migrations that were accepted, the release before may fail. */
export function wayBackOf({
  projectId,
  acceptsContraction,
}: Pick<PlanOptions, "projectId" | "acceptsContraction">): string {
  const rollback = `npm run deploy -- --project ${projectId} --rollback`;
  if (!acceptsContraction) return rollback;
  return (
    "correct the code, and deploy it. The release before may fail on the migrations that you accepted: npm run previous tries it on them; if " +
    `it works, ${rollback} --accept-migrations`
  );
}

/**
 * The release of another commit again: its code, page and rules. The schema stays.
 * @param from the commit that is left, if it is known
 */
export function rollbackSteps(options: PlanOptions, from?: string): Step[] {
  const { projectId, commit, home = local } = options;
  const folder = join(home, "rollback", commit.slice(0, 12));
  return [
    {
      name: "check out",
      command: checkOutCommand(commit, folder),
      async run() {
        requireSmoke(options, readSettings(root, projectId).settings);
        if (!options.acceptsContraction) refuseOlderThanSchema(root, { from, to: commit });
        await checkOut(commit, folder);
        const settings = readdirSync(root).filter((name) => /^\.env(\.|$)/.test(name));
        for (const name of settings) copyFileSync(join(root, name), join(folder, name));
      },
    },
    noteStep("attempt", options, () => recordWayBack(projectId, { from, to: commit })),
    ...firebaseSteps(folder, options, ["functions", "database", "hosting"]),
    smokeStep(options, folder),
    noteStep("record", options, () => recordRelease(projectId, commit)),
    { name: "tidy", command: `rm -r ${folder}`, run: async () => rmSync(folder, { recursive: true }) },
  ];
}

/** Notes how far this clone is, for a later way back. */
function noteStep(name: "attempt" | "record", { projectId, commit }: PlanOptions, note: () => void): Step {
  const command = `note ${commit.slice(0, 12)} in .local/releases/${projectId}.json`;
  return { name, command, run: async () => note() };
}

/** A step that works on the clone itself, where somebody may edit or check out meanwhile. */
function ofCommit({ run, ...step }: Step, commit: string): Step {
  return {
    ...step,
    async run() {
      requireCommit(root, commit);
      await run();
      requireCommit(root, commit);
    },
  };
}

function firebaseSteps(folder: string, options: PlanOptions, parts: (keyof typeof PARTS)[]): Step[] {
  const { projectId, commit, env, isForced } = options;
  return parts.map((part) => {
    const args = ["deploy", "--only", part, "--project", projectId, "--config", CONFIG_FILE];
    if (isForced) args.push("--force");
    return {
      name: PARTS[part],
      // The build before the upload puts the commit into the functions.
      command: `${part === "functions" ? `RELEASE=${commit} ` : ""}npx firebase ${args.join(" ")}`,
      isLive: true,
      async run() {
        if (!existsSync(join(folder, "firebase.json"))) throw new Problem(`${folder} has no firebase.json`);
        writeDeployConfig(folder, readSettings(folder, projectId).settings);
        await runCommandLine(process.execPath, [FIREBASE_CLI, ...args], folder, {
          ...CLI_ENVIRONMENT,
          ...env,
          RELEASE: commit,
        });
      },
    };
  });
}

/** @param release where the release is that has been deployed: its own smoke test judges it, as in the trial. Without it, this clone's */
function smokeStep({ projectId, print, env }: PlanOptions, release?: string): Step {
  const site = siteOf(projectId);
  const { smokeVideo: videoId } = readDeployment(readSettings(root, projectId).settings);
  const args = ["--site", site, ...(videoId === undefined ? [] : ["--video", videoId])];
  const script = release === undefined ? undefined : join(release, "scripts/smoke.ts");
  return {
    name: "smoke test",
    command: `${script === undefined ? "npm run smoke --" : `node ${script}`} ${args.join(" ")}`,
    isLive: true,
    async run() {
      if (release !== undefined && script !== undefined && existsSync(script)) {
        return runCommandLine(process.execPath, [script, ...args], release, env);
      }
      const options = { site, appCheckToken: env["APP_CHECK_TOKEN"], ...(videoId !== undefined && { videoId }) };
      for await (const line of smoke(options)) print(`  ${line}`);
    },
  };
}

/** Where the page of a project is. */
function siteOf(projectId: string): string {
  const { siteUrl, hostingSite = projectId } = readDeployment(readSettings(root, projectId).settings);
  return siteUrl ?? `https://${hostingSite}.web.app`;
}

/** The code that runs now goes on on the new schema, until it is replaced. */
async function tryPrevious({ projectId, env, print, acceptsContraction }: PlanOptions): Promise<void> {
  if (acceptsContraction) return print("  not tried: --accept-migrations");
  const pending = await pendingForDeployment(urlOf(env), migrations);
  if (pending.length === 0) return print("  no migration is pending");
  const { settings } = readSettings(root, projectId);
  const commit = await deployedCommit(openProject(projectId, env), settings);
  if (commit === undefined) return print("  no earlier release is known, so none is tried");
  await tryCommit({ commit: commitOf(commit), migrations, print });
}

function urlOf(env: PlanOptions["env"]): string {
  const url = env["MYSQL_URL"];
  if (!url) throw new Problem("MYSQL_URL is not set: it names the database to migrate.");
  return url;
}

async function refuseErrors({ projectId, env, print }: PlanOptions): Promise<void> {
  const settings = readSettings(root, projectId);
  requireSmoke({ env }, settings.settings);
  const project = openProject(projectId, env);
  const findings = await examine({ root, nodeVersion: process.version, env, ...settings, project });
  const notable = findings.filter(({ status }) => status !== "ok");
  for (const line of linesOf(notable)) print(`  ${line}`);
  print(`  ${totalsOf(findings)}`);
  const inTheWay = notable.filter(({ status, isCuredByDeployment }) => status === "error" && !isCuredByDeployment);
  if (inTheWay.length > 0) throw new Problem(`${inTheWay.length} errors stand in the way (see above)`);
}

/** @throws Problem if the smoke test, which comes last, could not pass */
function requireSmoke({ env }: Pick<PlanOptions, "env">, settings: Record<string, string>): void {
  if (settings["APP_CHECK"] === "require" && !env["APP_CHECK_TOKEN"]) {
    throw new Problem("APP_CHECK is require, so the smoke test needs APP_CHECK_TOKEN (docs/deploy.md, App Check).");
  }
  if (settings["VIDEO_IDS"] === "registered" && readDeployment(settings).smokeVideo === undefined) {
    throw new Problem(
      "VIDEO_IDS is registered, so the smoke test needs a video that is: name it in SMOKE_VIDEO in .env.",
    );
  }
}
