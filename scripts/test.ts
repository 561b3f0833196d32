import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromiumEnvironment } from "./platform/chromium.ts";
import { watchForDeath } from "./platform/death.ts";
import { dropDatabase, withDatabase } from "./platform/database.ts";
import { local, root } from "./platform/paths.ts";
import { startPlatform } from "./platform/platform.ts";
import { freeBlock } from "./platform/ports.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { onSignal } from "./platform/signals.ts";
import { createSteps } from "./platform/steps.ts";
import { createSupervisor } from "./platform/supervisor.ts";
import { PROJECTS, type Project, parseTestArguments } from "./platform/test-arguments.ts";
import { sweepTestFolders, testFolder } from "./platform/test-folders.ts";
import { type JestReport, totalsLine } from "./platform/test-totals.ts";

const HELP = `Runs the tests on a platform of their own: npm test [-- options] [-- Jest's arguments]

  --only PROJECT      ${PROJECTS.join(", ")}; may be repeated. unit alone starts no platform
  --mysql-url URL     use this MySQL server (a new database is made in it and dropped)
  --help              this

Jest's arguments, such as a path or -t NAME, may also be given without the second --.`;

const folder = testFolder();
let jest: ChildProcess | undefined;

await runCommand(async () => {
  const { projects, mysqlUrl, help, jest: jestArgs } = parseTestArguments(process.argv.slice(2));
  if (help) return console.log(HELP);
  mkdirSync(folder, { recursive: true });
  const steps = createSteps(false);
  const onPlatform = projects.some((project) => project !== "unit");

  await sweepTestFolders(steps.say);
  const supervisor = await createSupervisor(folder, steps.say);
  const { died, onDeath } = watchForDeath();
  const database = mysqlUrl && withDatabase(mysqlUrl, `live_comments_test_${process.pid}`);
  const end = async () => {
    jest?.kill("SIGTERM");
    await supervisor.stop();
    if (database && onPlatform) await dropDatabase(database);
  };
  onSignal(async () => {
    await end();
    process.exit(130);
  });

  const run = async () => {
    const env: Record<string, string> = {};
    if (onPlatform) {
      console.log("Starting a platform for the tests …");
      const ports = await freeBlock();
      const platform = { folder, ports, mysqlUrl: database, watch: false, seed: false, steps, supervisor, onDeath };
      Object.assign(env, await startPlatform(platform));
    }
    if (projects.includes("browser")) {
      Object.assign(env, await chromiumEnvironment(join(folder, "logs/apt-chromium.log"), steps));
    }
    return runJest(projects, jestArgs, env);
  };
  let passed = false;
  try {
    passed = await Promise.race([run(), died]);
  } catch (error) {
    if (supervisor.stopping) return;
    throw error;
  } finally {
    await end();
  }
  finish(passed);
});

/** Jest's own output goes straight to the terminal; its counts come from its report. */
async function runJest(projects: Project[], args: string[], env: Record<string, string>): Promise<boolean> {
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  const report = ["--json", `--outputFile=${join(folder, "jest.json")}`];
  jest = spawn(
    process.execPath,
    [...flags, join(root, "node_modules/jest/bin/jest.js"), "--selectProjects", ...projects, ...report, ...args],
    { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" },
  );
  const code = await new Promise((resolve, reject) => {
    jest?.once("error", reject);
    jest?.once("exit", resolve);
  });
  return code === 0;
}

function finish(passed: boolean): void {
  let report: JestReport;
  try {
    report = JSON.parse(readFileSync(join(folder, "jest.json"), "utf8"));
  } catch {
    throw new Problem("Jest ended without a report.");
  }
  if (passed) rmSync(folder, { recursive: true, force: true });
  else
    console.error(`\nThe platform's logs, until the next run: ${join(folder, "logs").replace(`${local}/`, ".local/")}`);
  console.log(totalsLine(report));
  process.exitCode = passed ? 0 : 1;
}
