import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { withLock } from "../../../scripts/bootstrap/lock.mjs";
import { explain } from "../../../scripts/bootstrap/npm.mjs";
import { fingerprint, isInstalled } from "../../../scripts/bootstrap/packages.mjs";
import { until } from "../../support/until.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bootstrap-"));
});

/** Larger than any process number that Linux gives out (2^22). */
const NO_PROCESS = 2 ** 22 + 1;

test("an install counts only for the lockfile that it was made from", async () => {
  await mkdir(join(folder, "node_modules"));
  await writeFile(join(folder, "node_modules/.installed"), fingerprint("one"));
  expect(isInstalled(folder, fingerprint("one"))).toBe(true);
  expect(isInstalled(folder, fingerprint("two"))).toBe(false);
});

test("an interrupted install, which has no stamp, does not count", async () => {
  await mkdir(join(folder, "node_modules"));
  expect(isInstalled(folder, fingerprint("one"))).toBe(false);
});

test("work under one lock never overlaps", async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await readFile(join(folder, "lock"));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(join(folder, "lock"), work, () => {})));
  expect(most).toBe(1);
});

test("a dead holder's lock is taken over", async () => {
  await writeFile(join(folder, "lock"), String(NO_PROCESS));
  await expect(withLock(join(folder, "lock"), async () => "done")).resolves.toBe("done");
});

test("a lock stays taken while the process lives that does the work", async () => {
  const worker = spawn("sleep", ["300"], { stdio: "ignore" });
  const file = join(folder, "lock");
  const dead = withLock(file, async (holdBy) => {
    holdBy(worker.pid ?? 0);
    const said: string[] = [];
    const waiting = withLock(
      file,
      async () => "taken",
      (line) => said.push(line),
    );
    await until("the wait", () => said.length > 0);
    expect(said).toEqual([`Waiting for process ${worker.pid}, which is at the same work in this folder …`]);
    worker.kill();
    return waiting;
  });
  await expect(dead).resolves.toBe("taken");
});

test("a lock is given back when the work fails", async () => {
  const failing = withLock(join(folder, "lock"), () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  await expect(withLock(join(folder, "lock"), async () => "done")).resolves.toBe("done");
});

test.each([
  ["npm error code ENOTFOUND\nnpm error network request failed", "no network"],
  ["npm error code ENOSPC", "the disk is full"],
  ["npm error code EACCES\nnpm error path /x", "no right to write"],
  ["npm error Missing: left-pad@1.0.0 from lock file", "package-lock.json does not fit"],
  ["npm error code EWHATEVER\nnpm error it broke", "it broke"],
  ["", "npm gave no reason"],
])("npm's failure %j is explained", (output, cause) => {
  expect(explain(output)).toContain(cause);
});
