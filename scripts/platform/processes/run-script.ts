import { createConnection } from "mysql2/promise";
import type { RowDataPacket } from "mysql2";
import { join } from "node:path";
import { logTail } from "./log-tail.ts";
import { root } from "../paths.ts";
import { Problem } from "../problem.ts";
import type { Supervisor } from "./supervisor.ts";

/** Runs one of the project's commands to its end, its output in a log of its own; a Problem when it fails. */
export async function runScript(
  supervisor: Supervisor,
  folder: string,
  name: "seed" | "sync",
  env: Record<string, string>,
  args: string[] = [],
): Promise<void> {
  const logFile = join(folder, `logs/${name}.log`);
  const script = join(root, `scripts/${name}.ts`);
  const child = await supervisor.start(
    { name, command: process.execPath, args: [script, ...args], env: { ...process.env, ...env }, logFile },
    () => {},
  );
  const how = await child.exited;
  if (how !== "exit code 0")
    throw new Problem(`scripts/${name}.ts failed (${how}). ${logFile} ends:\n${logTail(logFile, 12)}`);
}

export async function hasUsers(mysqlUrl: string): Promise<boolean> {
  const connection = await createConnection(mysqlUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SELECT 1 FROM users LIMIT 1");
    return rows.length > 0;
  } finally {
    await connection.end();
  }
}
