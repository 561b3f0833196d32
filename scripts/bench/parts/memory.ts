import { readFileSync } from "node:fs";
import type { Instance } from "../../../test/faults/system/fleet.ts";
import type { Figure } from "../figure.ts";
import { insertComments } from "../growth/comments.ts";
import { mixedLoad, VIDEOS } from "../memory/load.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { median, pause } from "../timings.ts";

/** BENCH_MEMORY_MINUTES shortens it, to try the part out. */
const MINUTES = Number(process.env["BENCH_MEMORY_MINUTES"] ?? 60);
const SAMPLE_SECONDS = 10;
/** A full page each. On empty videos the page cache would grow for half an hour, to the size that it has at once where people have written. */
const COMMENTS_PER_VIDEO = 20;
/**
 * What Node 24.21 chooses by itself in a container of 512 MiB: 256 MiB for the old generation, 1 MiB for each half of the young one. There
 * is no container here.
 */
const FUNCTION_MIB = 512;
const AS_DEPLOYED = { NODE_OPTIONS: "--max-old-space-size=256 --max-semi-space-size=1" };
const MAX_SHARE = 0.7;
const MAX_GROWTH = 1.1;

interface Sample {
  minute: number;
  api: number;
  relay: number;
  perSecond: number;
}

/** The memory of the API and of the relay, and the rate, under an hour's mixed load. The reference is the sixth to tenth minute. */
export async function benchMemory(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: true });
  try {
    const samples = await sample(system);
    return figuresOf(samples);
  } finally {
    await system.close();
  }
}

async function sample(system: BenchSystem): Promise<Sample[]> {
  await insertComments(system.mysqlUrl, { comments: VIDEOS * COMMENTS_PER_VIDEO, videos: VIDEOS });
  for (let n = 0; n < VIDEOS; n += 1) await system.context.videoRelay.runTask({ video_id: `v${n}` });
  const api = await system.fleet.start("api", AS_DEPLOYED);
  const relay = await system.fleet.start("relayVideos", AS_DEPLOYED);
  const load = mixedLoad(api.url, system.signTokens);
  const running = load.run(MINUTES * 60);
  const samples: Sample[] = [];
  let done = 0;
  for (let n = 1; n <= (MINUTES * 60) / SAMPLE_SECONDS; n += 1) {
    // A request that fails ends the run.
    await Promise.race([pause(SAMPLE_SECONDS * 1000), running]);
    const total = load.done();
    const one = {
      minute: (n * SAMPLE_SECONDS) / 60,
      api: residentMib(api),
      relay: residentMib(relay),
      perSecond: (total - done) / SAMPLE_SECONDS,
    };
    done = total;
    samples.push(one);
    if (n % 6 === 0)
      console.log(`minute ${one.minute}: API ${one.api} MiB, relay ${one.relay} MiB, ${one.perSecond}/s`);
  }
  await running;
  return samples;
}

function residentMib({ pid }: Instance): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

function figuresOf(samples: Sample[]): Figure[] {
  const early = samples.filter(({ minute }) => minute > 5 && minute <= 10);
  const late = samples.filter(({ minute }) => minute > MINUTES - 5);
  const valuesOf = (key: "api" | "relay" | "perSecond", some: Sample[]) => some.map((one) => one[key]);
  const reference = (key: "api" | "relay" | "perSecond") => ({
    name: "minutes 6 to 10",
    value: median(valuesOf(key, early)),
  });
  const memory = (["api", "relay"] as const).flatMap((key): Figure[] => [
    {
      name: `memory of ${key}, the last 5 of ${MINUTES} minutes`,
      unit: "MiB",
      value: median(valuesOf(key, late)),
      reference: reference(key),
      target: { of: "ratio", atMost: MAX_GROWTH },
    },
    {
      name: `memory of ${key}, most`,
      unit: "MiB",
      value: Math.max(...valuesOf(key, samples)),
      target: { of: "value", atMost: FUNCTION_MIB * MAX_SHARE },
    },
  ]);
  return [
    ...memory,
    {
      name: `requests, the last 5 of ${MINUTES} minutes`,
      unit: "/s",
      value: median(valuesOf("perSecond", late)),
      reference: reference("perSecond"),
      target: { of: "ratio", atLeast: 1 / MAX_GROWTH },
    },
  ];
}
