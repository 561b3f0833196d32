import { spawn } from "node:child_process";
import type { World } from "./world.ts";

/** Starts `scripts/sync.ts` on the database and the Realtime Database of the world. */
export function startSync({ server, context }: World, args: string[], env: Record<string, string> = {}) {
  const key = `test:${"x".repeat(43)}`;
  const own = {
    ACCESS_TOKEN_KEYS: key,
    REFRESH_TOKEN_KEYS: key,
    MYSQL_URL: context.config.mysql.url,
    FIREBASE_DATABASE_EMULATOR_HOST: `${server.host}:${server.port}`,
  };
  const child = spawn(process.execPath, ["scripts/sync.ts", ...args], { env: { ...process.env, ...own, ...env } });
  const output = { out: "", error: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.error += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output, ended };
}

/** Runs it to its end. */
export async function runSync(world: World, args: string, env: Record<string, string> = {}) {
  const { output, ended } = startSync(world, args.split(" ").filter(Boolean), env);
  return { code: await ended, ...output };
}
