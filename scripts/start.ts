import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { demo } from "./platform/demo.ts";
import type { ToolsEnvironment } from "./platform/environment.ts";
import { removeEmulatorsFiles } from "./platform/firebase/emulators-files.ts";
import { refuseRemoteServers } from "./platform/local-servers.ts";
import { removeContainers } from "./platform/mysql/docker.ts";
import { findMysqlPrograms } from "./platform/mysql/program.ts";
import { platformFolder } from "./platform/paths.ts";
import { startPlatform } from "./platform/platform.ts";
import { DEFAULT_BASE, portBlock, requireFreePorts } from "./platform/ports/ports.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { watchExits } from "./platform/processes/exit-watch.ts";
import { onSignal } from "./platform/processes/signals.ts";
import { createSupervisor } from "./platform/processes/supervisor.ts";
import { createSteps } from "./platform/steps.ts";

const HELP = `Runs the whole product on this machine: npm start [-- options]

  --port-base N   the first of ten consecutive ports; also PORT_BASE (default ${DEFAULT_BASE})
  --replica       also run a replica of the private MySQL, on which comments are read
  --remote        use the MySQL and Redis that the environment names although they are not this machine's: it
                  migrates, fills and writes to them
  --verbose       show how long each step took
  --help          show this help

MYSQL_URL names a MySQL server of this machine to use. Without it a private one is started, with its data in .local/.
PLATFORM_FOLDER names another folder than .local/, for a second platform of this clone.
Exit codes: 0 stopped by a signal (after Ctrl-C npm itself exits with 130), 1 failed.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      "port-base": { type: "string" },
      replica: { type: "boolean", default: false },
      remote: { type: "boolean", default: false },
      verbose: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);

  const startedAt = Date.now();
  const folder = platformFolder();
  const steps = createSteps(values.verbose ?? false);
  const ports = portBlock(Number(values["port-base"] ?? (process.env["PORT_BASE"] || DEFAULT_BASE)));
  const supervisor = await createSupervisor(folder, steps.print);
  const { failed, onExit } = watchExits();
  async function stop(): Promise<void> {
    await supervisor.stop();
    removeEmulatorsFiles(folder);
  }
  onSignal(async () => {
    console.log("\nStopping …");
    await stop();
    process.exit(0);
  });

  try {
    console.log("Starting live-comments …");
    const mysqlUrl = process.env["MYSQL_URL"] || undefined;
    if (!values.remote) {
      await refuseRemoteServers(process.env, "give --remote if it is not production's: npm start -- --remote");
    }
    if (!mysqlUrl && findMysqlPrograms().length === 0) await removeContainers(folder);
    await requireFreePorts(ports);
    if (mysqlUrl && values.replica) {
      throw new Problem("--replica is for the private MySQL. With MYSQL_URL, name replicas in MYSQL_REPLICA_URLS.");
    }
    const { replica } = values;
    const options = {
      folder,
      ports,
      mysqlUrl,
      mysqlReplicaUrls: mysqlUrl && process.env["MYSQL_REPLICA_URLS"],
      replica,
      watch: true,
      seed: true,
      keepsData: true,
      steps,
      supervisor,
      onExit,
    };
    const env = await Promise.race([startPlatform(options), failed]);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.log(summary(env, seconds));
    await failed;
  } catch (error) {
    // After a signal the start-up fails because its processes are stopped. The signal's handler exits.
    if (supervisor.isStopping) return;
    await stop();
    throw error;
  }
});

function summary(env: ToolsEnvironment, seconds: string): string {
  const { PAGE_URL, API_URL, MYSQL_URL, MYSQL_REPLICA_URLS, PLATFORM_FOLDER } = env;
  const replica =
    MYSQL_REPLICA_URLS && `\n  replica     ${withoutPasswords(MYSQL_REPLICA_URLS)}: comments are read there`;
  return `
live-comments runs (${seconds} s)

  page        ${PAGE_URL}
  console     ${PAGE_URL}/console, for admins: npm run admin -- grant USER
  API         ${API_URL}
  API's docs  ${API_URL}/docs
  sign in as  ${demo.users.map((user) => user.email).join(" or ")}, password ${demo.password}
  MySQL       ${withoutPasswords(MYSQL_URL)}${replica ?? ""}
  logs        ${join(relative(process.cwd(), PLATFORM_FOLDER), "logs")}/*.log

Ctrl-C stops it. The data stays.`;
}

/** One URL, or several with commas between. */
function withoutPasswords(urls: string): string {
  const shown = urls.split(",").map((text) => {
    const url = new URL(text);
    if (url.password) url.password = "***";
    return url.href;
  });
  return shown.join(", ");
}
