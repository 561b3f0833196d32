import { join } from "node:path";
import { chromiumEnvironment } from "./platform/tests/chromium.ts";
import { watchForDeath } from "./platform/processes/exit-watch.ts";
import { dropDatabase, withDatabase } from "./platform/mysql/database.ts";
import { type JestRun, readReport, startJest, totalsLine } from "./platform/tests/jest.ts";
import { local } from "./platform/paths.ts";
import { startPlatform } from "./platform/platform.ts";
import { freeBlock } from "./platform/ports/ports.ts";
import { runCommand } from "./platform/problem.ts";
import { onSignal } from "./platform/processes/signals.ts";
import { createSteps } from "./platform/steps.ts";
import { createSupervisor } from "./platform/processes/supervisor.ts";
import { PROJECTS, parseTestArguments } from "./platform/tests/arguments.ts";
import { removeTestFolder, sweepTestFolders, testFolder } from "./platform/tests/folders.ts";

const HELP = `Runs the tests on a platform of their own: npm test [-- options] [-- Jest's arguments]

  --only PROJECT      ${PROJECTS.join(", ")}; may be repeated. unit alone starts no platform
  --mysql-url URL     use this MySQL server (a new database is made in it and dropped)
  --help              this

Jest's arguments, such as a path or -t NAME, may also be given without the second --.`;

const folder = testFolder();
let jest: JestRun | undefined;

await runCommand(async () => {
  const { projects, mysqlUrl, help, jest: jestArgs } = parseTestArguments(process.argv.slice(2));
  if (help) return console.log(HELP);
  const steps = createSteps(false);
  const onPlatform = projects.some((project) => project !== "unit");

  await sweepTestFolders(steps.say);
  const supervisor = await createSupervisor(folder, steps.say);
  const { died, onDeath } = watchForDeath();
  const database = mysqlUrl && withDatabase(mysqlUrl, `live_comments_test_${process.pid}`);
  const end = async () => {
    await jest?.stop();
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
    jest = startJest(folder, projects, jestArgs, env);
    return jest.passed;
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

function finish(passed: boolean): void {
  const totals = totalsLine(readReport(folder), passed);
  if (passed) removeTestFolder(folder);
  else
    console.error(`\nThe platform's logs, until the next run: ${join(folder, "logs").replace(`${local}/`, ".local/")}`);
  console.log(totals);
  process.exitCode = passed ? 0 : 1;
}
