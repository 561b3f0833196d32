import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startChild } from "../../../../scripts/platform/processes/child.ts";
import { readLogTail } from "../../../../scripts/platform/processes/log-tail.ts";
import { waitUntilReady } from "../../../../scripts/platform/processes/readiness.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";

const folder = useTemporaryFolder();

function startShell(script: string) {
  return startChild({ name: "part", command: "sh", args: ["-c", script], logFile: join(folder.path, "part.log") });
}

test("waiting for a process that exits fails with its exit code and the end of its log", async () => {
  const child = await startShell("echo the cause; exit 3");
  await expect(waitUntilReady(child, async () => false)).rejects.toThrow(/part ended \(exit code 3\)\..*the cause/s);
});

test("waiting for a process that never becomes ready times out", async () => {
  const child = await startShell("echo still here; sleep 300");
  await until("its line", () => readLogTail(child.logFile, 1).includes("still here"));
  await expect(waitUntilReady(child, async () => false, 0.2)).rejects.toThrow(
    /was not ready after 0\.2 s\..*still here/s,
  );
  await child.stop();
});

test("waiting ends on time, or when the process exits, though a check never returns", async () => {
  const child = await startShell("sleep 60");
  const neverReturns = () => new Promise<boolean>(() => {});
  await expect(waitUntilReady(child, neverReturns, 0.2)).rejects.toThrow("was not ready after 0.2 s.");
  await child.stop();
  await expect(waitUntilReady(await startShell("exit 3"), neverReturns)).rejects.toThrow("ended (exit code 3)");
});

test("waiting ends when the process is ready", async () => {
  const child = await startShell("sleep 300");
  let calls = 0;
  await expect(waitUntilReady(child, async () => ++calls === 3)).resolves.toBeUndefined();
  await child.stop();
});

test("a program that does not exist is an error at once", async () => {
  const logFile = join(folder.path, "part.log");
  await expect(startChild({ name: "part", command: "no-such-program", args: [], logFile })).rejects.toThrow("ENOENT");
});
