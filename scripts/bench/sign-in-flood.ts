import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Problem } from "../platform/problem.ts";
import type { Figure } from "./figure.ts";
import { postJson } from "./post-json.ts";
import { startBench } from "./system.ts";
import { pause, quantile, time } from "./timings.ts";

const CLIENTS = 200;
const SECONDS = 15;
const WARM_UP_ROUNDS = 20;
const PATHS = ["/v1/health", "/v1/videos/bench/comments"];

/**
 * What a reader feels, and how much memory the API takes, while 200 clients, each at an address of its own, sign in with a wrong password.
 * Every try costs a hash: the worst case. There is no reference.
 */
export async function benchSignInFlood(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false, env: { RATE_LIMIT_SCALE: "1000" } });
  try {
    const { url, pid } = await system.fleet.start("api");
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      await Promise.all([signIn(url, 0), ...PATHS.map((path) => read(`${url}${path}`))]);
    }
    const over = new AbortController();
    const flood = Array.from({ length: CLIENTS }, (_, client) => signInUntil(url, client, over.signal));
    const { times, maxMiB } = await readFor(SECONDS, url, pid);
    over.abort();
    await Promise.all(flood);
    const name = `${CLIENTS} wrong sign-ins at once`;
    return [
      ...[...times].map(([path, list]): Figure => ({
        name: `${name}, p99 of GET ${path}`,
        value: quantile(list, 0.99),
        unit: "ms",
        target: { of: "value", atMost: 500 },
      })),
      { name: `${name}, memory of the API`, value: maxMiB, unit: "MiB", target: { of: "value", atMost: 512 } },
    ];
  } finally {
    await system.close();
  }
}

async function signIn(url: string, client: number): Promise<number> {
  const credentials = { email: `${randomUUID()}@example.com`, password: "not the password", device: { id: "bench" } };
  const headers = { "x-forwarded-for": `10.1.0.${client}` };
  const { status } = await postJson(`${url}/v1/sessions`, credentials, headers);
  return status;
}

async function signInUntil(url: string, client: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const status = await signIn(url, client);
    // The API is busy and says when to come back.
    if (status === 503) await pause(1_000);
    else if (status !== 401) throw new Problem(`A wrong sign-in got ${status}.`);
  }
}

async function read(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Problem(`GET ${url} responded with ${response.status}.`);
}

async function readFor(
  seconds: number,
  url: string,
  pid: number,
): Promise<{ times: Map<string, number[]>; maxMiB: number }> {
  const times = new Map<string, number[]>(PATHS.map((path) => [path, []]));
  let maxMiB = 0;
  const endsAt = performance.now() + seconds * 1000;
  while (performance.now() < endsAt) {
    for (const [path, list] of times) list.push(await time(() => read(`${url}${path}`)));
    maxMiB = Math.max(maxMiB, residentMiB(pid));
    await pause(10);
  }
  return { times, maxMiB };
}

/** The memory that a process holds, as Linux counts it. */
function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1024;
}
