import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const numbers = z.record(z.string(), z.unknown());
const endpoint = z.looseObject({
  region: z.array(z.string()).optional(),
  maxInstances: z.number().optional(),
  secretEnvironmentVariables: z.array(z.looseObject({ key: z.string() })).default([]),
  taskQueueTrigger: z.looseObject({ rateLimits: numbers, retryConfig: numbers }).optional(),
  scheduleTrigger: z.looseObject({ schedule: z.string() }).optional(),
});

export type Endpoint = z.infer<typeof endpoint>;

const known = new Map<string, Promise<Record<string, Endpoint>>>();

/**
 * The functions of a build, as the CLI finds them: in a process of its own, with the settings of `.env`. The same build is loaded once.
 * @throws Error with the output if the build cannot be loaded
 */
export function discoverEndpoints(root: string, settings: Record<string, string>): Promise<Record<string, Endpoint>> {
  const bundle = join(root, "functions/lib/index.js");
  const key = JSON.stringify([bundle, statSync(bundle).mtimeMs, settings]);
  const found = known.get(key) ?? loadEndpoints(root, settings);
  known.set(key, found);
  return found;
}

async function loadEndpoints(root: string, settings: Record<string, string>): Promise<Record<string, Endpoint>> {
  const source = pathToFileURL(join(root, "functions/lib/index.js")).href;
  const script = `
    const functions = await import(${JSON.stringify(source)});
    const endpoints = Object.entries(functions).map(([name, one]) => [name, one.__endpoint]);
    process.stdout.write("\\n" + JSON.stringify(Object.fromEntries(endpoints)));
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    env: { PATH: process.env["PATH"], GCLOUD_PROJECT: "demo-doctor", ...settings },
  });
  return z.record(z.string(), endpoint).parse(JSON.parse(stdout.split("\n").at(-1) ?? ""));
}
