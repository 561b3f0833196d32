import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { withLock } from "../../../scripts/bootstrap/lock.mjs";
import { explain } from "../../../scripts/bootstrap/npm.mjs";
import { fingerprint, isInstalled } from "../../../scripts/bootstrap/packages.mjs";
import { root } from "../../../scripts/platform/paths.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

const folder = useTemporaryFolder();

/** Greater than any process id that Linux gives out (2^22). */
const UNUSED_PID = 2 ** 22 + 1;

test("an install counts only for the lockfile that it was made from", async () => {
  await mkdir(join(folder.path, "node_modules"));
  await writeFile(join(folder.path, "node_modules/.installed"), fingerprint("one"));
  expect(isInstalled(folder.path, fingerprint("one"))).toBe(true);
  expect(isInstalled(folder.path, fingerprint("two"))).toBe(false);
});

test("an interrupted install, which has no stamp, does not count", async () => {
  await mkdir(join(folder.path, "node_modules"));
  expect(isInstalled(folder.path, fingerprint("one"))).toBe(false);
});

test("work under one lock never overlaps", async () => {
  const file = join(folder.path, "lock");
  let running = 0;
  let maxRunning = 0;
  const work = async () => {
    maxRunning = Math.max(maxRunning, ++running);
    await readFile(file);
    running--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, work, () => {})));
  expect(maxRunning).toBe(1);
});

test("a dead holder's lock is taken over", async () => {
  const file = join(folder.path, "lock");
  await writeFile(file, String(UNUSED_PID));
  await expect(withLock(file, async () => "done")).resolves.toBe("done");
});

test("a lock is taken over from a process whose id another one has by now", async () => {
  const file = join(folder.path, "lock");
  await writeFile(file, `${process.pid} another-boot 1`);
  await expect(withLock(file, async () => "done")).resolves.toBe("done");
});

describe("a lock that a process holds by another one that does the work", () => {
  let file: string;
  let worker: ChildProcess;
  let holder: ChildProcess;
  beforeEach(async () => {
    file = join(folder.path, "lock");
    worker = spawn("sleep", ["300"], { stdio: "ignore" });
    const lock = JSON.stringify(join(root, "scripts/bootstrap/lock.mjs"));
    const hold = `(await import(${lock})).withLock(${JSON.stringify(file)}, (holdBy) => { holdBy(${worker.pid}); return new Promise((end) => setTimeout(end, 300_000)); })`;
    holder = spawn(process.execPath, ["--input-type=module", "--eval", hold], { stdio: "ignore" });
    await until("the lock", () => existsSync(file) && readFileSync(file, "utf8").startsWith(`${worker.pid} `));
  });
  afterEach(() => {
    worker.kill();
    holder.kill("SIGKILL");
  });

  async function kill(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  test.each(["holder", "worker"])("stays taken without the %s, until the other has gone too", async (first) => {
    const [dead, alive] = first === "holder" ? [holder, worker] : [worker, holder];
    await kill(dead);
    const printed: string[] = [];
    const second = withLock(
      file,
      async () => "taken",
      (line) => printed.push(line),
    );
    await until("the second waits", () => printed.length > 0);
    expect(printed).toEqual([`Waiting for process ${alive.pid}, which does the same in this folder …`]);
    await kill(alive);
    await expect(second).resolves.toBe("taken");
  });
});

test("a lock is released when the work fails", async () => {
  const file = join(folder.path, "lock");
  const failing = withLock(file, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  await expect(withLock(file, async () => "done")).resolves.toBe("done");
});

test.each([
  ["npm error code ENOTFOUND\nnpm error network request failed", "no network"],
  ["npm error code ENOSPC", "the disk is full"],
  ["npm error code EACCES\nnpm error path /x", "no right to write"],
  ["npm error Missing: left-pad@1.0.0 from lock file", "package-lock.json does not match"],
  ["npm error code EWHATEVER\nnpm error it broke", "it broke"],
  ["", "npm gave no reason"],
])("npm's failure %j is explained", (output, cause) => {
  expect(explain(output)).toContain(cause);
});
