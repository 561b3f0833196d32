import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readProcessIdentity } from "./process-identity.mjs";

/**
 * Runs work while holding a lock file that names this process. Waits while another holder lives, and takes over from a dead
 * one. Work that runs in another process names that one too with `holdBy`, because it may outlive this one.
 * @template T
 * @param {string} file
 * @param {(holdBy: (pid: number) => void) => Promise<T>} work
 * @param {(line: string) => void} print
 * @returns {Promise<T>}
 */
export async function withLock(file, work, print = console.log) {
  mkdirSync(dirname(file), { recursive: true });
  let hasPrinted = false;
  while (!take(file)) {
    const holder = readHolder(file);
    if (holder === "dead") {
      removeDead(file);
      continue;
    }
    if (!hasPrinted && holder !== "unknown") {
      print(`Waiting for process ${holder}, which does the same in this folder …`);
      hasPrinted = true;
    }
    await sleep(200);
  }
  try {
    return await work((pid) => writeFileSync(file, [pid, process.pid].map(lineOf).join("\n")));
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, lineOf(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/**
 * A process in the lock file. Its id alone may be another process's by now, as after a restart of the machine.
 * @param {number} pid
 */
function lineOf(pid) {
  return `${pid} ${readProcessIdentity(pid) ?? ""}`;
}

/** @param {string} file @returns {number | "dead" | "unknown"} */
function readHolder(file) {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    const pids = lines.map((line) => Number.parseInt(line, 10));
    // The file is empty for an instant between its creation and the write. If it stays empty, the writer died there.
    if (!pids[0]) return Date.now() - statSync(file).mtimeMs > 5_000 ? "dead" : "unknown";
    return pids.find((pid, index) => readProcessIdentity(pid) !== undefined && lineOf(pid) === lines[index]) ?? "dead";
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "unknown";
    throw error;
  }
}

/**
 * Removes a dead holder's file. If several processes try, one wins the rename and the others find no file.
 * @param {string} file
 */
function removeDead(file) {
  const renamed = `${file}.${process.pid}`;
  try {
    renameSync(file, renamed);
    // Since we looked, another process may have taken the lock. Then this is its file, and it goes back.
    if (readHolder(renamed) === "dead") rmSync(renamed);
    else renameSync(renamed, file);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/** @param {unknown} error @param {string} code */
function hasCode(error, code) {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
