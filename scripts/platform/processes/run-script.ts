import { join } from "node:path";
import { root } from "../paths.ts";
import { problemWithLog } from "./log-tail.ts";
import type { Supervisor } from "./supervisor.ts";

export interface ScriptOptions {
  name: "seed" | "sync";
  args?: string[];
  env: Record<string, string>;
  /** The platform's. The log goes to `logs/` in it. */
  folder: string;
}

/**
 * Runs one of the project's scripts to its end.
 * @throws Problem when it fails
 */
export async function runScript(
  supervisor: Supervisor,
  { name, args = [], env, folder }: ScriptOptions,
): Promise<void> {
  const child = await supervisor.start(
    {
      name,
      command: process.execPath,
      args: [join(root, `scripts/${name}.ts`), ...args],
      env: { ...process.env, ...env },
      logFile: join(folder, `logs/${name}.log`),
    },
    () => {},
  );
  const reason = await child.exited;
  if (reason !== "exit code 0") throw problemWithLog(`scripts/${name}.ts failed (${reason}).`, child.logFile);
}
