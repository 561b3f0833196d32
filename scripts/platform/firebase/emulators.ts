import { join } from "node:path";
import { writeEmulatorsConfig } from "./emulators-config.ts";
import { pageUrl } from "../environment.ts";
import { logTail } from "../processes/log-tail.ts";
import { projectId, root } from "../paths.ts";
import type { Ports } from "../ports/ports.ts";
import { Problem } from "../problem.ts";
import type { Supervisor } from "../processes/supervisor.ts";
import { untilReady } from "../processes/readiness.ts";

export interface EmulatorsOptions {
  folder: string;
  ports: Ports;
  env: Record<string, string>;
  supervisor: Supervisor;
  onEnd: Parameters<Supervisor["start"]>[1];
}

/**
 * Each of these spares a wait on something that is not there (measured offline: 11.2 s to ready without them, 6.4 s with).
 */
const QUICK = {
  // Google's metadata server, asked for credentials that a demo project does not need.
  METADATA_SERVER_DETECTION: "none",
  // Messages of the day, and a newer CLI.
  CI: "true",
  NO_UPDATE_NOTIFIER: "1",
  // `npm show firebase-functions`, at the start and at every reload; it gives up after 10 s.
  npm_config_offline: "true",
  // The functions' definitions through a file, not a server on a random port from 8000 that takes 3 s to be ended.
  FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH: "true",
};

/** The official emulators (functions, auth, tasks, hosting) on this block's ports; settles when the API answers through hosting. */
export async function startEmulators({ folder, ports, env, supervisor, onEnd }: EmulatorsOptions): Promise<void> {
  const child = await supervisor.start(
    {
      name: "emulators",
      command: process.execPath,
      args: [
        join(root, "node_modules/firebase-tools/lib/bin/firebase.js"),
        "emulators:start",
        "--only=functions,auth,tasks,hosting",
        `--project=${projectId}`,
        `--config=${writeEmulatorsConfig(folder, ports)}`,
      ],
      // The CLI writes its debug log into its working folder, and its settings (none of the developer's own) here.
      cwd: join(folder, "logs"),
      env: { ...process.env, ...QUICK, XDG_CONFIG_HOME: join(folder, "config"), ...env },
      logFile: join(folder, "logs/emulators.log"),
    },
    onEnd,
  );
  await untilReady(child, async () => {
    const log = logTail(child.logFile, 60);
    if (log.includes("Failed to load function definition")) throw new Problem(`The functions do not load:\n${log}`);
    return log.includes("All emulators ready");
  });
  await untilReady(child, async () => (await statusOf(`${pageUrl(ports)}/v1/health`)) === 200);
}

async function statusOf(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
