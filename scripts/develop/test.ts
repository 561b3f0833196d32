import { mkdirSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { refuseRemoteServers } from "../platform/local-servers.ts";
import { dropDatabase, withDatabase } from "../platform/mysql/database.ts";
import { local, root } from "../platform/paths.ts";
import { startPlatform } from "../platform/platform.ts";
import { findFreePorts } from "../platform/ports/ports.ts";
import { runCommand } from "../platform/problem.ts";
import { watchExits } from "../platform/processes/exit-watch.ts";
import { endRunsBelow } from "../platform/processes/run-file.ts";
import { onSignal } from "../platform/processes/signals.ts";
import { createSupervisor } from "../platform/processes/supervisor.ts";
import { createSteps } from "../platform/steps.ts";
import { PROJECTS, parseTestArguments } from "../platform/tests/arguments.ts";
import { chromiumEnvironment } from "../platform/tests/chromium.ts";
import { removeTestFolder, sweepTestFolders, temporaryFolder, testFolder } from "../platform/tests/folders.ts";
import { setHostileDefaults } from "../platform/tests/hostile-defaults.ts";
import { type JestRun, readReport, startJest, totalsLine } from "../platform/tests/jest.ts";

const HELP = `Runs the tests on a platform of their own: npm test [-- options] [-- Jest's arguments]

  --only PROJECT    ${PROJECTS.join(", ")}; may be repeated. unit alone starts no platform.
                    Without it all run but pages and platform, which take minutes
  --mysql-url URL   use this MySQL server: a database is created in it and dropped afterwards
  --help            show this help

Jest's arguments, such as a path or -t NAME, can also be given without the second --.
Exit codes: 0 all passed, 1 failed, 130 interrupted.`;

const folder = testFolder();
const temporary = temporaryFolder(folder);

await runCommand(async () => {
  const { projects, mysqlUrl, help, jestArgs } = parseTestArguments(process.argv.slice(2));
  if (help) return console.log(HELP);
  const steps = createSteps(false);
  const needsPlatform = projects.some((project) => project !== "unit");
  const database = mysqlUrl && needsPlatform ? withDatabase(mysqlUrl, `live_comments_test_${process.pid}`) : undefined;

  await sweepTestFolders(steps.print);
  mkdirSync(temporary, { recursive: true });
  const supervisor = await createSupervisor(folder, steps.print);
  const { failed, onExit } = watchExits();
  let jest: JestRun | undefined;

  async function stop(): Promise<void> {
    await jest?.stop();
    // Servers that tests start lead process groups of their own.
    await endRunsBelow(temporary, steps.print);
    await supervisor.stop();
    if (database) await dropDatabase(database);
  }
  onSignal(async () => {
    await stop();
    process.exit(130);
  });

  async function run(): Promise<boolean> {
    // The tests start hundreds of processes, each of which would compile the same sources.
    const env: Record<string, string> = { TMPDIR: temporary, NODE_COMPILE_CACHE: join(local, "compile-cache") };
    if (needsPlatform) {
      const { REDIS_URL } = process.env;
      await refuseRemoteServers({ REDIS_URL }, "name one of this machine");
      // The functions take it from here. A slow machine must not fail a test that is not about time.
      process.env["MYSQL_TIMEOUT_MS"] ||= "20000";
      console.log("Starting a platform for the tests …");
      const ports = await findFreePorts();
      const options = { folder, ports, mysqlUrl: database, watch: false, seed: false, steps, supervisor, onExit };
      Object.assign(env, await startPlatform(options));
      const url = env["MYSQL_URL"] ?? "";
      env["TEST_DATABASE_TEMPLATE"] = url;
      if (!database) await setHostileDefaults(url);
    }
    if (projects.includes("browser") || projects.includes("pages")) {
      const logFile = join(folder, "logs/apt-chromium.log");
      Object.assign(env, await chromiumEnvironment({ logFile, print: steps.print }));
    }
    jest = startJest({ folder, projects, args: jestArgs, env });
    if (jest.pid !== undefined) supervisor.adopt({ name: "jest", pid: jest.pid });
    return jest.passed;
  }

  let passed = false;
  try {
    passed = await Promise.race([run(), failed]);
  } catch (error) {
    // After a signal the run fails because its processes are stopped. The signal's handler exits.
    if (supervisor.isStopping) return;
    throw error;
  } finally {
    await stop();
  }
  finish(passed);
});

function finish(jestPassed: boolean): void {
  const leftovers = readdirSync(temporary);
  if (jestPassed && leftovers.length > 0) {
    console.error(
      `\nTests left something in their temporary folder: ${leftovers.join(", ")}. Use useTemporaryFolder().`,
    );
  }
  const passed = jestPassed && leftovers.length === 0;
  const totals = totalsLine(readReport(folder), passed);
  if (passed) removeTestFolder(folder);
  else console.error(`\nThe platform's logs, kept until the next run: ${relative(root, join(folder, "logs"))}`);
  console.log(totals);
  process.exitCode = passed ? 0 : 1;
}
