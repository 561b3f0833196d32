import { join } from "node:path";
import { projectId } from "./paths.ts";
import type { Ports } from "./ports/ports.ts";
import { readOrCreateSecrets } from "./secrets.ts";

export interface EnvironmentOptions {
  /** The platform's, with its secrets. */
  folder: string;
  ports: Ports;
  mysqlUrl: string;
  /** As in MYSQL_REPLICA_URLS. */
  replicaUrls?: string | undefined;
}

/** What the functions read from their environment. The emulators add their own addresses and the project. */
export function functionsEnvironment({ folder, ports, mysqlUrl, replicaUrls }: EnvironmentOptions) {
  return {
    ...readOrCreateSecrets(folder),
    MYSQL_URL: mysqlUrl,
    // Empty, not absent: a developer's shell may name replicas of another server, and would give them to the processes.
    MYSQL_REPLICA_URLS: replicaUrls ?? "",
    // A developer, their tests and their benchmarks all share one address.
    RATE_LIMIT_SCALE: "1000",
    FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${ports.rtdb}`,
  };
}

/** For the processes of the platform itself, which show their metrics on one page. Tests and commands count for themselves. */
export function metricsEnvironment(folder: string) {
  return { METRICS_FOLDER: join(folder, "metrics") };
}

/** For processes outside the emulators (seed, sync, tests): what the emulators would add, and where the API is. */
export function toolsEnvironment(options: EnvironmentOptions) {
  const { folder, ports } = options;
  return {
    ...functionsEnvironment(options),
    GCLOUD_PROJECT: projectId,
    FIREBASE_AUTH_EMULATOR_HOST: `127.0.0.1:${ports.auth}`,
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${ports.tasks}`,
    // Its run.json tells a test which process to kill.
    PLATFORM_FOLDER: folder,
    PAGE_URL: pageUrl(ports),
    API_URL: `${pageUrl(ports)}/v1`,
  };
}

export type ToolsEnvironment = ReturnType<typeof toolsEnvironment>;

export function pageUrl(ports: Ports): string {
  return `http://127.0.0.1:${ports.page}`;
}
