import { execFile } from "node:child_process";
import { compileCache } from "../../compile-cache.ts";

export interface ScriptResult {
  code: number;
  out: string;
  error: string;
}

/** Runs `scripts/{name}.ts` to its end. */
export function runScript(name: string, args: string[], env: NodeJS.ProcessEnv): Promise<ScriptResult> {
  const command = ["--disable-warning=ExperimentalWarning", `scripts/${name}.ts`, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env: { ...compileCache(), ...env } }, (failure, out, error) => {
      resolve({ code: failure ? Number(failure.code) : 0, out, error });
    });
  });
}
