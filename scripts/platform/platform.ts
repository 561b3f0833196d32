import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { buildAll, watchAll } from "./bundles.ts";
import type { Child } from "./processes/child.ts";
import { startEmulators } from "./firebase/emulators.ts";
import { type ToolsEnvironment, functionsEnvironment, toolsEnvironment } from "./environment.ts";
import { migrate } from "./mysql/migrations.ts";
import { mysqlUrl, startMysql } from "./mysql/server.ts";
import { migrations, root } from "./paths.ts";
import type { Ports } from "./ports/ports.ts";
import { startRtdb } from "./firebase/rtdb.ts";
import { hasUsers, runScript } from "./processes/run-script.ts";
import type { Steps } from "./steps.ts";
import type { Supervisor } from "./processes/supervisor.ts";

export interface PlatformOptions {
  /** Where its data, logs and secrets are. */
  folder: string;
  ports: Ports;
  /** A MySQL server to use instead of one of our own. */
  mysqlUrl: string | undefined;
  /** Build again on each change. */
  watch: boolean;
  seed: boolean;
  steps: Steps;
  supervisor: Supervisor;
  /** A part that cannot be started again ended by itself. */
  onDeath: (child: Child, how: string) => void;
}

/**
 * Starts the whole product on this machine: MySQL (migrated), the Realtime Database server (filled from MySQL), the official
 * emulators with the built functions, the seed. What does not wait for something else runs beside it.
 * @returns the environment for tools and tests
 */
export async function startPlatform(options: PlatformOptions): Promise<ToolsEnvironment> {
  const { folder, ports, steps, supervisor, onDeath } = options;
  mkdirSync(join(folder, "logs"), { recursive: true });

  const url = mysqlUrl(options.mysqlUrl, ports.mysql);
  const env = toolsEnvironment(folder, ports, url);

  const migrated = steps
    .run("MySQL", () => startMysql({ url, own: !options.mysqlUrl, folder, steps, supervisor, onEnd: onDeath }))
    .then(() => steps.run("migrations", () => migrate(url, migrations)))
    .then(() => supervisor.announce({ mysqlUrl: url }));
  // The Realtime Database server starts empty; MySQL has the truth.
  const fill = () => runScript(supervisor, folder, "sync", env, ["reconcile"]);
  const rtdb = steps.run("Realtime Database server", () =>
    startRtdb({
      folder,
      ports,
      supervisor,
      onRestart: (child, how) => steps.say(`${child.name} ended (${how}): starting it again`),
      onEmpty: () => steps.run("filling it from MySQL", fill),
      onGiveUp: onDeath,
    }),
  );
  const emulators = steps
    .run("build", options.watch ? watchAll : buildAll)
    .then(() =>
      steps.run("emulators (functions, auth, tasks, hosting)", () =>
        startEmulators({ folder, ports, env: functionsEnvironment(folder, ports, url), supervisor, onEnd: onDeath }),
      ),
    );
  const filled = Promise.all([migrated, rtdb]).then(() => steps.run("filling the Realtime Database from MySQL", fill));

  await Promise.all([migrated, filled, emulators]);
  if (options.seed && !(await hasUsers(url))) await steps.run("seed", () => runScript(supervisor, folder, "seed", env));
  await steps.run("schedules", () => startSchedules(folder, env, supervisor, onDeath));
  return env;
}

/** The functions emulator runs no schedules: sweep and comparison, each minute, are this command's. */
async function startSchedules(
  folder: string,
  env: Record<string, string>,
  supervisor: Supervisor,
  onDeath: PlatformOptions["onDeath"],
): Promise<void> {
  await supervisor.start(
    {
      name: "schedules",
      command: process.execPath,
      args: [join(root, "scripts/sync.ts"), "watch"],
      env: { ...process.env, ...env },
      logFile: join(folder, "logs/schedules.log"),
    },
    onDeath,
  );
}
