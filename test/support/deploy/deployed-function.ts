import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../faults/system/free-port.ts";
import { until } from "../until.ts";

export interface DeployedFunction {
  url: string;
  /** What it has written so far. */
  output: () => string;
  stop: () => Promise<void>;
}

/** Starts a function of an installed upload as Google's buildpack does: with the framework that was installed, in production. */
export async function startDeployed(
  folder: string,
  name: string,
  env: Record<string, string>,
): Promise<DeployedFunction> {
  const port = await freePort();
  const framework = join(folder, "node_modules/@google-cloud/functions-framework/build/src/main.js");
  const child: ChildProcess = spawn(process.execPath, [framework], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      NODE_ENV: "production",
      PORT: String(port),
      FUNCTION_TARGET: name,
      FUNCTION_SIGNATURE_TYPE: "http",
      K_SERVICE: name.toLowerCase(),
      ...env,
    },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await until(`the function ${name}`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${text}`);
    return fetch(`${url}/v1/health`).then(
      () => true,
      () => false,
    );
  });
  return {
    url,
    output: () => text,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
