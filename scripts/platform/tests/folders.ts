import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { removeEmulatorsFiles } from "../firebase/emulators-files.ts";
import { local } from "../paths.ts";
import { readProcessIdentity } from "../../bootstrap/process-identity.mjs";
import { endRunsBelow, killLeftovers } from "../processes/run-file.ts";

const PREFIX = "test-";

/**
 * The folder of this process's test platform. Each run has its own, so tests run beside each other and `npm start`. A test that starts
 * a platform of its own names it.
 */
export function testFolder(name?: string): string {
  return join(local, [`${PREFIX}${process.pid}`, ...(name === undefined ? [] : [name])].join("-"));
}

/**
 * TMPDIR of a run's tests: empty at the start, and again at the end unless a test left something. Servers that tests start have their run
 * files in it. It is not below the clone, because the path of a Unix socket may not exceed 107 bytes (unix(7)).
 */
export function temporaryFolder(folder: string): string {
  return join(tmpdir(), `live-comments-${basename(folder)}`);
}

/** Removes what earlier runs left: the processes of killed ones, the logs of failed ones. */
export async function sweepTestFolders(print: (line: string) => void): Promise<void> {
  mkdirSync(local, { recursive: true });
  for (const name of readdirSync(local).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    // A folder with this process's id belongs to an earlier process.
    if (pid !== process.pid && readProcessIdentity(pid)) continue;
    const folder = join(local, name);
    // First the one that starts others.
    await killLeftovers(folder, print);
    await endRunsBelow(temporaryFolder(folder), print);
    removeTestFolder(folder);
  }
}

export function removeTestFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(temporaryFolder(folder), { recursive: true, force: true });
  removeEmulatorsFiles(folder);
}
