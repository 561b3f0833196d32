import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import { createSharedQueries } from "../../../functions/src/batching/shared-queries.ts";
import { openCounters } from "../../../functions/src/limits/open-counters.ts";
import { createLimits } from "../../../functions/src/limits/limits.ts";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import { until } from "../../support/until.ts";

const program = process.env["REDIS_SERVER"] ?? "redis-server";
// The product does not need Redis, so not every machine has it.
const hasRedis = spawnSync(program, ["--version"]).status === 0;

(hasRedis ? describe : describe.skip)("with counters in Redis", () => {
  let server: ChildProcess;
  let url: string;
  let instances: ReturnType<typeof open>[];

  beforeAll(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    server = spawn(program, ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], { stdio: "ignore" });
    await until("Redis to listen", () => canConnect(port));
    instances = [open(url), open(url)];
  });
  afterAll(async () => {
    await Promise.all(instances.map(({ close }) => close()));
    if (server.exitCode === null) server.kill("SIGKILL");
  });

  const { points } = ALLOWANCES.refresh.valid.session;
  /** How many of these requests, alternating between the instances, are within the limit. */
  const countAllowed = async (requests: number, session: string) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: requests }, (_, n) => instances[n % 2]!.limits.count("refresh", "valid", { session })),
    );
    return outcomes.filter(({ status }) => status === "fulfilled").length;
  };

  test("two instances share their counts, and forgetting a count forgets it for both", async () => {
    const session = randomUUID();
    expect(await countAllowed(points + 10, session)).toBe(points);
    await expect(instances[1]!.limits.count("refresh", "valid", { session })).rejects.toMatchObject({
      code: "rate_limited",
    });
    await instances[0]!.limits.forget("refresh", "valid", { session });
    expect(await countAllowed(2, session)).toBe(2);
  });

  test("each instance counts for itself while Redis is stopped, its connections still open, and counts there again later", async () => {
    noted.length = 0;
    server.kill("SIGSTOP");
    expect(await countAllowed(2 * points + 10, randomUUID())).toBe(2 * points);
    expect(noted).toContain("away");
    for (const { ping } of instances) await expect(ping?.()).rejects.toBeInstanceOf(Error);
    noted.length = 0;
    server.kill("SIGCONT");
    await until("both instances to reach Redis", () => noted.filter((event) => event === "ready").length >= 2);
    expect(await countAllowed(points + 10, randomUUID())).toBe(points);
  });

  test("each instance counts for itself while Redis is away, and no request waits for Redis", async () => {
    server.kill("SIGKILL");
    await once(server, "exit");
    expect(await countAllowed(2 * points + 10, randomUUID())).toBe(2 * points);
  });
});

const noted: string[] = [];
const redisAlerts = { onAway: () => void noted.push("away"), onReady: () => void noted.push("ready") };

function open(url: string) {
  // Port 9 is closed: with REDIS_URL nothing is counted in MySQL.
  const mysql = openDatabase({ url: "mysql://root@127.0.0.1:9/x", connections: 1 });
  const { store, ping, close } = openCounters(
    { redisUrl: url, scale: 1 },
    { db: mysql, shareQuery: createSharedQueries(mysql), redisAlerts },
  );
  return { limits: createLimits(store, 1), ping, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
