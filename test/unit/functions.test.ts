import { beforeAll, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { TASK_FUNCTIONS } from "../../functions/src/config.ts";
import { root } from "../../scripts/platform/paths.ts";
import { compileCache } from "../support/compile-cache.ts";

interface Endpoint {
  taskQueueTrigger?: { rateLimits: Record<string, number>; retryConfig: Record<string, number> };
  scheduleTrigger?: { schedule: string };
}

/** The functions as the Firebase CLI discovers them, in a process of its own: importing them changes Node's `domain`. */
function discover(env: Record<string, string>): Record<string, Endpoint> {
  const source = pathToFileURL(join(root, "functions/src/index.ts")).href;
  const script = `
    const functions = await import(${JSON.stringify(source)});
    const endpoints = Object.entries(functions).map(([name, one]) => [name, one.__endpoint]);
    console.log(JSON.stringify(Object.fromEntries(endpoints)));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...compileCache(), PATH: process.env["PATH"], GCLOUD_PROJECT: "demo-test", ...env },
    encoding: "utf8",
  });
  return JSON.parse(output) as Record<string, Endpoint>;
}

describe("the deployed functions", () => {
  let deployed: Record<string, Endpoint>;
  let emulated: Record<string, Endpoint>;
  beforeAll(() => {
    deployed = discover({});
    emulated = discover({ FUNCTIONS_EMULATOR: "true" });
  });

  const queueOf = (endpoints: Record<string, Endpoint>, subject: keyof typeof TASK_FUNCTIONS) =>
    endpoints[TASK_FUNCTIONS[subject]]?.taskQueueTrigger;

  test("have a queue for each kind of subject, under the name to which tasks are sent", () => {
    expect(queueOf(deployed, "videos")).toBeDefined();
    expect(queueOf(deployed, "users")).toBeDefined();
    expect(queueOf(deployed, "audiences")).toBeDefined();
  });

  test("try the tasks of all kinds again in the same way", () => {
    expect(queueOf(deployed, "videos")?.retryConfig).toMatchObject({ maxAttempts: -1, maxRetrySeconds: 4 * 60 * 60 });
    for (const subject of ["users", "audiences"] as const) {
      expect(queueOf(deployed, subject)?.retryConfig).toEqual(queueOf(deployed, "videos")?.retryConfig);
    }
  });

  test("leave room for the API in the emulator's queue of 80 requests", () => {
    expect(queueOf(emulated, "videos")?.rateLimits["maxConcurrentDispatches"]).toBe(20);
    expect(queueOf(emulated, "users")?.rateLimits["maxConcurrentDispatches"]).toBe(20);
    expect(queueOf(emulated, "audiences")?.rateLimits["maxConcurrentDispatches"]).toBe(20);
  });

  test("control: more tasks run at once where they are deployed", () => {
    expect(queueOf(deployed, "videos")?.rateLimits["maxConcurrentDispatches"]).toBe(100);
    expect(queueOf(deployed, "users")?.rateLimits["maxConcurrentDispatches"]).toBe(40);
    expect(queueOf(deployed, "audiences")?.rateLimits["maxConcurrentDispatches"]).toBe(80);
  });

  test("sweep, reconcile and maintain every minute", () => {
    const everyMinute = Object.entries(deployed).filter(
      ([, one]) => one.scheduleTrigger?.schedule === "every 1 minutes",
    );
    expect(everyMinute.map(([name]) => name).toSorted()).toEqual(["maintain", "reconcile", "sweep"]);
  });
});
