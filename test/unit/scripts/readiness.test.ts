import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startChild } from "../../../scripts/platform/processes/child.ts";
import { logTail } from "../../../scripts/platform/processes/log-tail.ts";
import { untilReady } from "../../../scripts/platform/processes/readiness.ts";
import { until } from "../../support/until.ts";

function shell(script: string) {
  const logFile = join(mkdtempSync(join(tmpdir(), "wait-")), "part.log");
  return startChild({ name: "part", command: "sh", args: ["-c", script], logFile });
}

test("waiting for a part that ends fails with how it ended and the end of its log", async () => {
  const child = await shell("echo the cause; exit 3");
  await expect(untilReady(child, async () => false)).rejects.toThrow(/part ended \(exit code 3\)\..*the cause/s);
});

test("waiting for a part that never becomes ready ends", async () => {
  const child = await shell("echo still here; sleep 300");
  await until("its line", () => logTail(child.logFile, 1).includes("still here"));
  await expect(untilReady(child, async () => false, 0.2)).rejects.toThrow(/was not ready after 0\.2 s\..*still here/s);
  await child.stop();
});

test("waiting ends when the part is ready", async () => {
  const child = await shell("sleep 300");
  let asked = 0;
  await expect(untilReady(child, async () => ++asked === 3)).resolves.toBeUndefined();
  await child.stop();
});

test("a program that is not there is an error at once", async () => {
  const logFile = join(mkdtempSync(join(tmpdir(), "wait-")), "part.log");
  await expect(startChild({ name: "part", command: "no-such-program", args: [], logFile })).rejects.toThrow("ENOENT");
});
