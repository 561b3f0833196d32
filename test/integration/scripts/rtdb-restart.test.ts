import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { freeBlock } from "../../../scripts/platform/ports/ports.ts";
import { startRtdb } from "../../../scripts/platform/firebase/rtdb.ts";
import { readRun } from "../../../scripts/platform/processes/run-file.ts";
import { type Supervisor, createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { until } from "../../support/until.ts";

let folder = "";
let supervisor: Supervisor;
let happened: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rtdb-restart-"));
  supervisor = await createSupervisor(folder, () => {});
  happened = [];
  await startRtdb({
    folder,
    ports: await freeBlock(),
    supervisor,
    onRestart: (_, how) => happened.push(`restart: ${how}`),
    onEmpty: async () => void happened.push("fill"),
    onGiveUp: (_, how) => happened.push(`give up: ${how}`),
    restartsWithin: 3_600_000,
  });
});

afterEach(() => supervisor.stop());

/** Kills the server of the moment, and waits for what follows from it. */
async function kill(following: string): Promise<void> {
  const server = readRun(folder)?.groups.find(({ name }) => name === "rtdb");
  if (!server) throw new Error("no server is recorded");
  const before = happened.length;
  process.kill(server.pid, "SIGKILL");
  await until(following, () => happened.slice(before).some((line) => line.startsWith(following)));
}

test("a killed Realtime Database server is started again, then filled", async () => {
  await kill("fill");
  expect(happened).toEqual(["restart: killed by SIGKILL", "fill"]);
  expect(readRun(folder)?.groups.map(({ name }) => name)).toEqual(["rtdb"]);
});

test("one that ends again and again is given up", async () => {
  for (let times = 0; times < 5; times++) await kill("fill");
  await kill("give up");
  expect(happened.at(-1)).toBe("give up: killed by SIGKILL");
  expect(readRun(folder)?.groups).toEqual([]);
});
