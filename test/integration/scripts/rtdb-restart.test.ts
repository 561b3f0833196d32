import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startRtdb } from "../../../scripts/platform/firebase/rtdb.ts";
import { findFreePorts } from "../../../scripts/platform/ports/ports.ts";
import { readRun } from "../../../scripts/platform/processes/run-file.ts";
import { type Supervisor, createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

const folder = useTemporaryFolder();
let supervisor: Supervisor;
let events: string[] = [];

beforeEach(async () => {
  supervisor = await createSupervisor(folder.path, () => {});
  events = [];
  await startRtdb({
    folder: folder.path,
    ports: await findFreePorts(),
    supervisor,
    onRestart: (_, reason) => events.push(`restart: ${reason}`),
    onEmpty: async () => void events.push("fill"),
    onGiveUp: (_, reason) => events.push(`give up: ${reason}`),
    restartWindowMs: 3_600_000,
  });
});

afterEach(() => supervisor.stop());

/** Kills the running server, and waits for the event that follows. */
async function killServer(nextEvent: string): Promise<void> {
  const server = readRun(folder.path)?.groups.find(({ name }) => name === "rtdb");
  if (!server) throw new Error("no server is recorded");
  const eventCount = events.length;
  process.kill(server.pid, "SIGKILL");
  await until(nextEvent, () => events.slice(eventCount).some((event) => event.startsWith(nextEvent)));
}

test("a killed Realtime Database server is started again, then filled", async () => {
  await killServer("fill");
  expect(events).toEqual(["restart: killed by SIGKILL", "fill"]);
  expect(readRun(folder.path)?.groups.map(({ name }) => name)).toEqual(["rtdb"]);
});

test("a server that exits again and again is given up", async () => {
  for (let restart = 0; restart < 5; restart++) await killServer("fill");
  await killServer("give up");
  expect(events.at(-1)).toBe("give up: killed by SIGKILL");
  expect(readRun(folder.path)?.groups).toEqual([]);
});
