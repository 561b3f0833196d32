import { parseArgs } from "node:util";
import type { Child } from "./platform/child.ts";
import { demo } from "./platform/demo.ts";
import { pageUrl } from "./platform/environment.ts";
import { logTail } from "./platform/log-tail.ts";
import { local } from "./platform/paths.ts";
import { startPlatform } from "./platform/platform.ts";
import { DEFAULT_BASE, type Ports, portBlock, requireFree } from "./platform/ports.ts";
import { runCommand } from "./platform/problem.ts";
import { onSignal } from "./platform/signals.ts";
import { createSteps } from "./platform/steps.ts";
import { createSupervisor } from "./platform/supervisor.ts";

const HELP = `Runs the whole product on this machine: npm start [-- options]

  --port-base N   the first of nine ports in a row, or PORT_BASE (default ${DEFAULT_BASE})
  --verbose       how long each step took
  --help          this

MYSQL_URL names a MySQL server to use; without it a private one is started, with its data in .local/.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { "port-base": { type: "string" }, verbose: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);

  const started = Date.now();
  const steps = createSteps(values.verbose ?? false);
  const ports = portBlock(Number(values["port-base"] ?? process.env["PORT_BASE"] ?? DEFAULT_BASE));
  const supervisor = await createSupervisor(local, steps.say);
  onSignal(async () => {
    console.log("\nStopping …");
    await supervisor.stop();
    process.exit(0);
  });
  const die = async (child: Child, how: string) => {
    console.error(`\n${child.name} ended (${how}). Its log, ${child.logFile}, ends:\n${logTail(child.logFile, 12)}`);
    await supervisor.stop();
    process.exit(1);
  };

  try {
    console.log("Starting live-comments …");
    await requireFree(ports);
    await startPlatform({
      folder: local,
      ports,
      mysqlUrl: process.env["MYSQL_URL"],
      watch: true,
      seed: true,
      steps,
      supervisor,
      onDeath: (child, how) => void die(child, how),
    });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(summary(ports, seconds));
  } catch (error) {
    await supervisor.stop();
    // The build's watcher and the steps still under way would keep the process alive.
    process.nextTick(() => process.exit(1));
    throw error;
  }
});

function summary(ports: Ports, seconds: string): string {
  const page = pageUrl(ports);
  return `
live-comments runs (${seconds} s)

  page        ${page}
  API         ${page}/v1
  API's docs  ${page}/v1/docs
  sign in as  ${demo.users.map((user) => user.email).join(" or ")}, password ${demo.password}
  MySQL       mysql://root@127.0.0.1:${ports.mysql}/live_comments
  logs        .local/logs/*.log

Ctrl-C ends it; the data stays.`;
}
