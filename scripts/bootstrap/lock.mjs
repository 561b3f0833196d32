import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs the work while holding a lock file that names this process; waits for a living holder, takes over from a dead one.
 * Work that a process of its own does names that one (`holdBy`): it may outlive this one.
 * @template T @param {string} file @param {(holdBy: (pid: number) => void) => Promise<T>} work @param {(line: string) => void} say
 * @returns {Promise<T>}
 */
export async function withLock(file, work, say = console.log) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder === "gone") {
      steal(file);
      continue;
    }
    if (!told) say(`Waiting for process ${holder}, which is at the same work in this folder …`);
    told = true;
    await sleep(200);
  }
  try {
    return await work((pid) => writeFileSync(file, String(pid)));
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** @param {string} file @returns {number | "gone" | "new"} */
function holderOf(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // Empty for the instant between creation and writing; empty for longer, its writer died there.
    if (!pid) return Date.now() - statSync(file).mtimeMs > 5_000 ? "gone" : "new";
    return isAlive(pid) ? pid : "gone";
  } catch (error) {
    if (isCode(error, "ENOENT")) return "new";
    throw error;
  }
}

/** Of several that see a dead holder, one wins the rename; the losers find no file. @param {string} file */
function steal(file) {
  const mine = `${file}.${process.pid}`;
  try {
    renameSync(file, mine);
    // Between our look and our rename another may have taken over: then this is a living holder's lock, and goes back.
    if (holderOf(mine) === "gone") rmSync(mine);
    else renameSync(mine, file);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

/** @param {unknown} error @param {string} code */
function isCode(error, code) {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
