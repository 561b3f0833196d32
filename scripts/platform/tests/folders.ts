import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeEmulatorsConfig } from "../firebase/emulators-config.ts";
import { local } from "../paths.ts";
import { processIdentity } from "../processes/process-table.ts";
import { endLeftovers } from "../processes/run-file.ts";

const PREFIX = "test-";

/** Where this process's test platform lives: its own, so that tests run beside `npm start` and beside each other. */
export function testFolder(): string {
  return join(local, `${PREFIX}${process.pid}`);
}

/** Ends and removes what earlier test runs left: killed ones, and failed ones' logs. */
export async function sweepTestFolders(say: (line: string) => void): Promise<void> {
  mkdirSync(local, { recursive: true });
  for (const name of readdirSync(local).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length));
    // A folder with our own number is an earlier process's.
    if (pid !== process.pid && processIdentity(pid)) continue;
    await endLeftovers(join(local, name), say);
    removeTestFolder(join(local, name));
  }
}

export function removeTestFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  removeEmulatorsConfig(folder);
}
