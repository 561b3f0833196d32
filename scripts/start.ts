import { parseArgs } from "node:util";
import { watchForDeath } from "./platform/processes/exit-watch.ts";
import { demo } from "./platform/demo.ts";
import type { ToolsEnvironment } from "./platform/environment.ts";
import { local } from "./platform/paths.ts";
import { startPlatform } from "./platform/platform.ts";
import { DEFAULT_BASE, portBlock, requireFree } from "./platform/ports/ports.ts";
import { runCommand } from "./platform/problem.ts";
import { onSignal } from "./platform/processes/signals.ts";
import { createSteps } from "./platform/steps.ts";
import { createSupervisor } from "./platform/processes/supervisor.ts";

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
  const { died, onDeath } = watchForDeath();
  onSignal(async () => {
    console.log("\nStopping …");
    await supervisor.stop();
    process.exit(0);
  });

  try {
    console.log("Starting live-comments …");
    await requireFree(ports);
    const mysqlUrl = process.env["MYSQL_URL"];
    const platform = { folder: local, ports, mysqlUrl, watch: true, seed: true, steps, supervisor, onDeath };
    const env = await Promise.race([startPlatform(platform), died]);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(summary(env, seconds));
    await died;
  } catch (error) {
    // After a signal, parts end because they were told to; the signal's handler ends the process.
    if (supervisor.stopping) return;
    await supervisor.stop();
    throw error;
  }
});

function summary({ PAGE_URL, API_URL, MYSQL_URL }: ToolsEnvironment, seconds: string): string {
  const mysql = new URL(MYSQL_URL);
  if (mysql.password) mysql.password = "***";
  return `
live-comments runs (${seconds} s)

  page        ${PAGE_URL}
  API         ${API_URL}
  API's docs  ${API_URL}/docs
  sign in as  ${demo.users.map((user) => user.email).join(" or ")}, password ${demo.password}
  MySQL       ${mysql.href}
  logs        .local/logs/*.log

Ctrl-C ends it; the data stays.`;
}
