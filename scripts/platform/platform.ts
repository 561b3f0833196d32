import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { demo, needsSeed } from "./demo.ts";
import { buildAll, watchAll } from "./bundles/bundles.ts";
import { type ToolsEnvironment, functionsEnvironment, metricsEnvironment, toolsEnvironment } from "./environment.ts";
import { fillPatiently } from "./fill.ts";
import { startEmulators } from "./firebase/emulators.ts";
import { startRtdb } from "./firebase/rtdb.ts";
import { readUsernames } from "./mysql/database.ts";
import { migrate } from "./mysql/migrations.ts";
import { mysqlUrl, startMysql } from "./mysql/server.ts";
import { migrations, root } from "./paths.ts";
import type { Ports } from "./ports/ports.ts";
import type { ExitHandler } from "./processes/child.ts";
import { runScript } from "./processes/run-script.ts";
import type { Supervisor } from "./processes/supervisor.ts";
import type { Steps } from "./steps.ts";

export interface PlatformOptions {
  /** Holds the platform's data, logs and secrets. */
  folder: string;
  ports: Ports;
  /** The MySQL server to use instead of a private one. */
  mysqlUrl: string | undefined;
  /** Replicas of that server, as in MYSQL_REPLICA_URLS. */
  mysqlReplicaUrls?: string | undefined;
  /** Whether a private MySQL server gets a replica. */
  replica?: boolean;
  /** Whether to build again on each change. */
  watch: boolean;
  seed: boolean;
  /** Whether a private MySQL finds its data again when the platform starts the next time in this folder. */
  keepsData?: boolean;
  steps: Steps;
  supervisor: Supervisor;
  /** Called when a process exits that cannot be started again. */
  onExit: ExitHandler;
}

/**
 * Starts the whole product on this machine: MySQL with its migrations, the Realtime Database server filled from MySQL,
 * the official emulators with the built functions, and the seed. Independent steps run at the same time.
 * @returns the environment for tools and tests
 */
export async function startPlatform(options: PlatformOptions): Promise<ToolsEnvironment> {
  const { folder, ports, steps, supervisor, onExit } = options;
  mkdirSync(join(folder, "logs"), { recursive: true });

  const url = mysqlUrl(options.mysqlUrl, ports.mysql);
  const replicaUrls = options.replica ? mysqlUrl(undefined, ports.mysqlReplica) : options.mysqlReplicaUrls;
  const environment = { folder, ports, mysqlUrl: url, replicaUrls };
  const env = toolsEnvironment(environment);

  async function startMigratedMysql(): Promise<void> {
    const isPrivate = options.mysqlUrl === undefined;
    const replicaUrl = options.replica ? replicaUrls : undefined;
    await steps.run(replicaUrl === undefined ? "MySQL" : "MySQL and its replica", async () => {
      await startMysql({ url, replicaUrl, isPrivate, folder, keepsData: options.keepsData, steps, supervisor, onExit });
    });
    await steps.run("migrations", () => migrate(url, migrations));
    supervisor.announce({ mysqlUrl: url, ports });
  }

  /** The Realtime Database server starts empty. */
  function fill(): Promise<void> {
    const reconcile = (): Promise<void> => runScript(supervisor, { name: "sync", args: ["reconcile"], env, folder });
    return fillPatiently(reconcile, { print: steps.print, isStopping: () => supervisor.isStopping });
  }

  function startRtdbServer(): Promise<void> {
    return startRtdb({
      folder,
      ports,
      supervisor,
      onRestart: (child, reason) => steps.print(`${child.name} ended (${reason}): starting it again`),
      onEmpty: () => steps.run("filling it from MySQL", fill),
      onGiveUp: onExit,
    });
  }

  async function startBuiltEmulators(): Promise<void> {
    await steps.run("build", options.watch ? watchAll : buildAll);
    const functionsEnv = { ...functionsEnvironment(environment), ...metricsEnvironment(folder) };
    await steps.run("emulators (functions, auth, tasks, hosting)", () =>
      startEmulators({ folder, ports, env: functionsEnv, supervisor, onExit }),
    );
  }

  await Promise.all([
    startMigratedMysql(),
    steps.run("Realtime Database server", startRtdbServer),
    startBuiltEmulators(),
  ]);
  // To relay a user who signed out, it needs Firebase Auth too.
  await steps.run("filling the Realtime Database from MySQL", fill);
  if (options.seed && needsSeed(await readUsernames(url, demo.users.length))) {
    await steps.run("seed", () => runScript(supervisor, { name: "seed", env, folder }));
  }
  await steps.run("schedules", () => startSchedules(options, env));
  return env;
}

/** Does what the scheduled functions do, because the functions emulator runs no schedules. */
async function startSchedules({ folder, supervisor, onExit }: PlatformOptions, env: ToolsEnvironment): Promise<void> {
  await supervisor.start(
    {
      name: "schedules",
      command: process.execPath,
      args: [join(root, "scripts/sync.ts"), "watch"],
      env: { ...process.env, ...env, ...metricsEnvironment(folder) },
      logFile: join(folder, "logs/schedules.log"),
    },
    onExit,
  );
}
