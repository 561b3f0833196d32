import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { withLock } from "../../../scripts/bootstrap/lock.mjs";
import { explain } from "../../../scripts/bootstrap/npm.mjs";
import { fingerprint, isInstalled } from "../../../scripts/bootstrap/packages.mjs";
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

test("a lock stays taken while the process lives that does the work", async () => {
  const worker = spawn("sleep", ["300"], { stdio: "ignore" });
  const file = join(folder.path, "lock");
  const first = withLock(file, async (holdBy) => {
    holdBy(worker.pid ?? 0);
    const printed: string[] = [];
    const second = withLock(
      file,
      async () => "taken",
      (line) => printed.push(line),
    );
    await until("the second waits", () => printed.length > 0);
    expect(printed).toEqual([`Waiting for process ${worker.pid}, which does the same in this folder …`]);
    worker.kill();
    return second;
  });
  await expect(first).resolves.toBe("taken");
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
