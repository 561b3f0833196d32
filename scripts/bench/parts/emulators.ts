import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createUser } from "../../../test/support/app/users.ts";
import type { Client } from "../../../test/support/app/client.ts";
import { atOnce } from "../../../test/support/platform/load.ts";
import { functionProcesses, memoryMiB, platformProcesses } from "../../../test/support/platform/platform-processes.ts";
import { removePlatform, runStart } from "../../../test/support/platform/started-platform.ts";
import { local } from "../../platform/paths.ts";
import { findFreePorts } from "../../platform/ports/ports.ts";
import type { Figure } from "../figure.ts";
import { quantile } from "../timings.ts";

const REQUESTS = 200;
const AT_ONCE = 40;
const SAMPLE_MS = 250;

/**
 * What a developer's machine does with 200 requests, 40 at once, to the emulators of `npm start`: how they are answered, and how much
 * memory all of the platform's processes take together, MySQL's too, at most. The memory is the sum of the processes' proportional
 * set sizes, in which a page that several share counts once. There is no reference.
 */
export async function benchEmulators(): Promise<Figure[]> {
  const folder = join(local, `bench-${process.pid}-start`);
  try {
    const platform = await runStart({ folder, ports: await findFreePorts() });
    const user = await createUser(platform.send);
    const peak = { memory: 0, processes: 0, functions: 0 };
    const sample = () => {
      const pids = platformProcesses(folder);
      peak.memory = Math.max(peak.memory, memoryMiB(pids));
      peak.processes = Math.max(peak.processes, pids.length);
      peak.functions = Math.max(peak.functions, functionProcesses(folder).length);
    };
    sample();
    const idle = peak.memory;
    const timer = setInterval(sample, SAMPLE_MS);
    const direct = user.through(platform.sendToFunction);
    const figures = [
      ...(await send("posts through Hosting", () => post(user))),
      ...(await send("posts to the function's URL", () => post(direct))),
      ...(await send("lists through Hosting", () => user.list(VIDEO))),
      // 503: the queue of password hashes is full. A client tries again.
      ...(await send(
        "sign-ins through Hosting",
        (n) => user.signIn({ device: { id: `device-${n % 10}` } }),
        [201, 503],
      )),
    ];
    clearInterval(timer);
    sample();
    await platform.interrupt();
    const count = { unit: "processes" };
    return [
      ...figures,
      { name: "npm start, memory before the load", value: idle, unit: "MiB" },
      { name: "npm start, most memory", value: peak.memory, unit: "MiB", target: { of: "value", atMost: 1_500 } },
      { name: "npm start, most processes", value: peak.processes, ...count },
      // The API and the two kinds of tasks.
      { name: "npm start, functions", value: peak.functions, ...count, target: { of: "value", atMost: 3 } },
    ];
  } finally {
    await removePlatform(folder);
  }
}

const VIDEO = `bench-${randomUUID()}`;

const post = (user: Client) => user.post(VIDEO, "a comment of the length that comments have");

async function send(
  name: string,
  request: (n: number) => Promise<{ status: number }>,
  expected = [200, 201],
): Promise<Figure[]> {
  const times: number[] = [];
  const statuses = await atOnce(REQUESTS, AT_ONCE, async (n) => {
    const startedAt = performance.now();
    const { status } = await request(n);
    times.push(performance.now() - startedAt);
    return status;
  });
  console.log(`${REQUESTS} ${name}, ${AT_ONCE} at once: ${JSON.stringify(statuses)}`);
  const others = Object.entries(statuses).filter(([status]) => !expected.includes(Number(status)));
  const failed = others.reduce((sum, [, count]) => sum + count, 0);
  return [
    { name: `${name}, failed`, value: failed, unit: "requests", target: { of: "value", atMost: 0 } },
    { name: `${name}, p99`, value: quantile(times, 0.99), unit: "ms" },
  ];
}
