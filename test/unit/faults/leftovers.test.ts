import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readRun, writeRun } from "../../../scripts/platform/processes/run-file.ts";
import { recordChildren, sweepKilledRuns } from "../../faults/system/leftovers.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const at = (name: string) => join(folder.path, name);
/** Above what a process's id can be. */
const GONE = 2 ** 22 + 1;

test("the next run ends what a killed one has started, and removes its folders, but not those of another one", async () => {
  const end = recordChildren(folder.path);
  const child = spawn("sleep", ["300"], { stdio: "ignore" });
  const exited = once(child, "exit");
  await once(child, "spawn");
  const record = at(`suite-${process.pid}`);
  const run = readRun(record)!;
  expect(run.groups).toMatchObject([{ name: "sleep", pid: child.pid }]);
  for (const name of [`faults-${GONE}-1`, `bench-${GONE}-start`, "faults-1-kept"]) mkdirSync(at(name));

  // This process lives.
  await sweepKilledRuns(() => {}, folder.path);
  expect(existsSync(record)).toBe(true);
  renameSync(record, at(`suite-${GONE}`));
  writeRun(at(`suite-${GONE}`), { ...run, pid: GONE, identity: "of a process that is gone" });
  const printed: string[] = [];
  await sweepKilledRuns((line) => printed.push(line), folder.path);
  expect(await exited).toEqual([null, "SIGKILL"]);
  expect(printed).toEqual([expect.stringContaining(`sleep (process ${child.pid})`)]);
  expect(readdirSync(folder.path)).toEqual(["faults-1-kept"]);
  end();
});

test("a run that ends leaves no list", () => {
  writeFileSync(at("other"), "");
  recordChildren(folder.path)();
  expect(readdirSync(folder.path)).toEqual(["other"]);
});
