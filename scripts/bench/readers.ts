import { readFileSync } from "node:fs";
import { Problem } from "../platform/problem.ts";
import type { Figure } from "./figure.ts";
import { pause, quantile, time } from "./timings.ts";

export const READ_PATHS = ["/v1/health", "/v1/videos/bench/comments"];

export async function read(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Problem(`GET ${url} responded with ${response.status}.`);
}

/** What readers of an instance feel for some seconds, and how much memory it takes. `name` says what else happens. */
export async function measureReaders(
  name: string,
  { seconds, url, pid }: { seconds: number; url: string; pid: number },
): Promise<Figure[]> {
  const times = new Map<string, number[]>(READ_PATHS.map((path) => [path, []]));
  let maxMiB = 0;
  const endsAt = performance.now() + seconds * 1000;
  while (performance.now() < endsAt) {
    for (const [path, list] of times) list.push(await time(() => read(`${url}${path}`)));
    maxMiB = Math.max(maxMiB, residentMiB(pid));
    await pause(10);
  }
  return [
    ...[...times].map(([path, list]): Figure => ({
      name: `${name}, p99 of GET ${path}`,
      value: quantile(list, 0.99),
      unit: "ms",
      target: { of: "value", atMost: 500 },
    })),
    { name: `${name}, memory of the API`, value: maxMiB, unit: "MiB", target: { of: "value", atMost: 512 } },
  ];
}

/** The memory that a process holds, as Linux counts it. */
function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1024;
}
