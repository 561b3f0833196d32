import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFunctions } from "../../test/faults/system/build.ts";
import { freePort } from "../../test/faults/system/free-port.ts";
import { local, projectId, root } from "../platform/paths.ts";

const EMPTY = `import { onRequest } from "firebase-functions/https";
export const api = onRequest((request, response) => void response.send("ok"));
`;
const RUNS = 7;

/** From the start of a process to its first answer: the built API against a function that does nothing. */
export async function benchCold(say: (line: string) => void): Promise<void> {
  const folder = join(local, `cold-${process.pid}`);
  try {
    const built = await buildFunctions(join(folder, "api"), []);
    const empty = join(folder, "empty");
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
    writeFileSync(join(empty, "index.js"), EMPTY);
    const times: Record<"api" | "empty", number[]> = { api: [], empty: [] };
    for (let run = 0; run < RUNS; run += 1) {
      times.empty.push(await firstAnswer(empty));
      times.api.push(await firstAnswer(built));
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? NaN;
    const [api, nothing] = [median(times.api), median(times.empty)];
    say(
      `cold start, median of ${RUNS}: ${api.toFixed(0)} ms against ${nothing.toFixed(0)} ms of an empty function: ` +
        `${(api / nothing).toFixed(2)} times`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstAnswer(source: string): Promise<number> {
  const port = await freePort();
  const key = `bench:${"k".repeat(43)}`;
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/@google-cloud/functions-framework/build/src/main.js"),
      "--target=api",
      `--source=${source}`,
      "--signature-type=http",
      `--port=${port}`,
    ],
    {
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
    },
  );
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/health`).catch(() => undefined);
      if (answer?.ok) return performance.now() - started;
      if (answer) throw new Error(`the first answer was ${answer.status}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
    }
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
