import type { Ports } from "./ports/ports.ts";
import { projectId } from "./paths.ts";
import { secretsIn } from "./secrets.ts";

/** What the functions read from their process's environment; the emulators add their own hosts and the project. */
export function functionsEnvironment(folder: string, ports: Ports, mysqlUrl: string) {
  return {
    ...secretsIn(folder),
    MYSQL_URL: mysqlUrl,
    // A developer, their tests and their benchmarks all come from one address.
    RATE_LIMIT_SCALE: "1000",
    FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${ports.rtdb}`,
  };
}

/** For processes beside the emulators (seed, sync, tests): also what the emulators would tell a function, and where the API is. */
export function toolsEnvironment(folder: string, ports: Ports, mysqlUrl: string) {
  return {
    ...functionsEnvironment(folder, ports, mysqlUrl),
    GCLOUD_PROJECT: projectId,
    FIREBASE_AUTH_EMULATOR_HOST: `127.0.0.1:${ports.auth}`,
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${ports.tasks}`,
    // Holds run.json (run-file.ts), for a test that kills a part.
    PLATFORM_FOLDER: folder,
    PAGE_URL: pageUrl(ports),
    API_URL: `${pageUrl(ports)}/v1`,
  };
}

export type ToolsEnvironment = ReturnType<typeof toolsEnvironment>;

export function pageUrl(ports: Ports): string {
  return `http://127.0.0.1:${ports.page}`;
}
