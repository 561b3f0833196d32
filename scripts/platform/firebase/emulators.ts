import { join } from "node:path";
import { pageUrl } from "../environment.ts";
import { projectId } from "../paths.ts";
import type { Ports } from "../ports/ports.ts";
import type { ExitHandler } from "../processes/child.ts";
import { problemWithLog, readLogTail } from "../processes/log-tail.ts";
import { waitUntilReady } from "../processes/readiness.ts";
import type { Supervisor } from "../processes/supervisor.ts";
import { CLI_ENVIRONMENT, FIREBASE_CLI } from "./cli.ts";
import { makeEmulatorsTemporary, writeEmulatorsConfig } from "./emulators-files.ts";

export interface EmulatorsOptions {
  folder: string;
  ports: Ports;
  env: Record<string, string>;
  supervisor: Supervisor;
  onExit: ExitHandler;
}

/** Each of these avoids a wait for something that is not there. Measured offline: ready in 6.4 s instead of 11.2 s. */
const SKIP_WAITS = {
  // The look-up of Google's metadata server for credentials, which a demo project does not need.
  METADATA_SERVER_DETECTION: "none",
  // The message of the day, and the check for a newer CLI.
  CI: "true",
  NO_UPDATE_NOTIFIER: "1",
  // `npm show firebase-functions`, at the start and at every reload. It gives up after 10 s.
  npm_config_offline: "true",
  // Functions are discovered through a file, not through a server on a random port from 8000 that takes 3 s to stop.
  FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH: "true",
};

/** What a process of the functions may use, in MiB: `memory` of functions/src/deployment.ts. The CLI needs less. */
const MEMORY_MB = 512;

/**
 * What keeps the emulators small. Node sizes its heap by the machine's memory. With these limits, the CLI and the processes of the
 * functions took 0.5 GB under load instead of 0.9 GB.
 */
const LIMITS = {
  NODE_OPTIONS: [process.env["NODE_OPTIONS"], `--max-old-space-size=${MEMORY_MB}`, "--max-semi-space-size=4"]
    .filter(Boolean)
    .join(" "),
  // Requests under way, over all functions; the others wait. It is the API's `concurrency` in production.
  FUNCTIONS_EMULATOR_PARALLEL: "80",
  ...CLI_ENVIRONMENT,
};

/** Starts the official emulators (functions, auth, tasks, hosting). Resolves when the API responds through hosting. */
export async function startEmulators({ folder, ports, env, supervisor, onExit }: EmulatorsOptions): Promise<void> {
  const child = await supervisor.start(
    {
      name: "emulators",
      command: process.execPath,
      args: [
        `--import=${import.meta.resolve("./shared-workers.ts")}`,
        FIREBASE_CLI,
        "emulators:start",
        "--only=functions,auth,tasks,hosting",
        `--project=${projectId}`,
        `--config=${writeEmulatorsConfig(folder, ports)}`,
      ],
      // The CLI writes its debug log into its working folder.
      cwd: join(folder, "logs"),
      // XDG_CONFIG_HOME keeps the developer's own settings of the CLI out.
      env: {
        ...process.env,
        ...SKIP_WAITS,
        ...LIMITS,
        XDG_CONFIG_HOME: join(folder, "config"),
        TMPDIR: makeEmulatorsTemporary(folder),
        ...env,
      },
      logFile: join(folder, "logs/emulators.log"),
    },
    onExit,
  );
  await waitUntilReady(child, async () => {
    const log = readLogTail(child.logFile, 60);
    if (log.includes("Failed to load function definition"))
      throw problemWithLog("The functions do not load.", child.logFile);
    return log.includes("All emulators ready");
  });
  await waitUntilReady(child, () => isHealthy(`${pageUrl(ports)}/v1/health`));
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
