import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFunctions } from "../../../test/faults/system/build.ts";
import { frameworkArguments } from "../../../test/faults/system/fleet.ts";
import { freePort } from "../../../test/faults/system/free-port.ts";
import { local, projectId } from "../../platform/paths.ts";
import type { Figure } from "../figure.ts";
import { median, pause } from "../timings.ts";

const EMPTY_FUNCTION = `import { onRequest } from "firebase-functions/https";
export const api = onRequest((request, response) => void response.send("ok"));
`;
const RUNS = 7;

/** From the start of a process to its first response. The reference is a function that does nothing. */
export async function benchCold(): Promise<Figure[]> {
  const folder = join(local, `cold-${process.pid}`);
  try {
    const api = await buildFunctions(join(folder, "api"));
    const empty = join(folder, "empty");
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
    writeFileSync(join(empty, "index.js"), EMPTY_FUNCTION);
    const times: Record<"api" | "empty", number[]> = { api: [], empty: [] };
    for (let run = 0; run < RUNS; run += 1) {
      times.empty.push(await timeToFirstResponse(empty));
      times.api.push(await timeToFirstResponse(api));
    }
    return [
      {
        name: `cold start of the API, median of ${RUNS}`,
        value: median(times.api),
        unit: "ms",
        reference: { name: "an empty function", value: median(times.empty) },
        target: { of: "ratio", atMost: 2.5 },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In milliseconds. Nothing that the function could connect to is there. */
async function timeToFirstResponse(source: string): Promise<number> {
  const port = await freePort();
  const key = `bench:${"k".repeat(43)}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, frameworkArguments("api", source, port), {
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"],
      NODE_ENV: "production",
      GCLOUD_PROJECT: projectId,
      MYSQL_URL: "mysql://nobody@127.0.0.1:9/none",
      ACCESS_TOKEN_KEYS: key,
      REFRESH_TOKEN_KEYS: key,
      FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1:9",
      CLOUD_TASKS_EMULATOR_HOST: "127.0.0.1:9",
    },
  });
  try {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/health`).catch(() => undefined);
      if (response?.ok) return performance.now() - startedAt;
      if (response) throw new Error(`the first response was ${response.status}`);
      if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
      await pause(2);
    }
  } finally {
    child.kill("SIGKILL");
    if (child.exitCode === null) await once(child, "exit");
  }
}
