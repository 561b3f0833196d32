import { join } from "node:path";
import { discoverEndpoints } from "../doctor/local/endpoints.ts";
import { Problem } from "../platform/problem.ts";
import { waitUntilReady } from "../platform/processes/readiness.ts";
import type { Supervisor } from "../platform/processes/supervisor.ts";
import { findFreePorts } from "../platform/ports/ports.ts";

interface ReleasePlace {
  supervisor: Supervisor;
  /** Where the release is, built and with its packages. */
  folder: string;
  logs: string;
  env: Record<string, string>;
}

/** Starts a function of a release as Google does: by the framework, in production. @returns its URL */
export async function startFunction(name: string, { supervisor, folder, logs, env }: ReleasePlace): Promise<string> {
  const { page: port } = await findFreePorts();
  const framework = join(folder, "node_modules/@google-cloud/functions-framework/build/src/main.js");
  const child = await supervisor.start(
    {
      name,
      command: process.execPath,
      args: [framework, `--target=${name}`, "--signature-type=http", `--port=${port}`],
      cwd: folder,
      env: { ...env, PATH: process.env["PATH"], NODE_ENV: "production", FUNCTION_TARGET: name },
      logFile: join(logs, `${name}.log`),
      graceMs: 1_000,
    },
    () => {},
  );
  const url = `http://127.0.0.1:${port}`;
  // The framework itself answers a GET for the browser's icon; the function is not called.
  const isListening = () =>
    fetch(`${url}/favicon.ico`).then(
      () => true,
      () => false,
    );
  await waitUntilReady(child, isListening);
  return url;
}

/** Runs each schedule of a release once. @throws Problem that names the one that fails, and its log */
export async function runSchedules(place: ReleasePlace): Promise<string[]> {
  const { folder, logs } = place;
  const endpoints = await discoverEndpoints(folder, {});
  const names = Object.keys(endpoints).filter((name) => endpoints[name]?.scheduleTrigger !== undefined);
  for (const name of names) {
    const url = await startFunction(name, place);
    const response = await fetch(url, { method: "POST", signal: AbortSignal.timeout(300_000) });
    if (!response.ok) {
      throw new Problem(`The schedule ${name} answered ${response.status}; see ${join(logs, `${name}.log`)}`);
    }
  }
  return names;
}
