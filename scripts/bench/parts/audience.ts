import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../../functions/src/context.ts";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { countAudience } from "../../../functions/src/relay/audiences/count-audience.ts";
import { type CountingProxy, createCountingProxy } from "../audience/counting-proxy.ts";
import { type OpenViewer, fillPresence, openViewer } from "../audience/viewers.ts";
import type { Figure } from "../figure.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { time } from "../timings.ts";

/** Counts an hour of a video on which nobody comes or goes, and of a large one: one in 12 s. */
const CALM_COUNTS_PER_HOUR = 300;
const JOINING = 300;
const JOINING_MS = 30_000;

/** What a count of viewers costs by their number, and what it costs all of them when many join. There is no reference. */
export async function benchAudience(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false });
  const proxy = await createCountingProxy(Number(system.rtdbHost.split(":")[1]));
  try {
    return [
      ...(await measureCount(system, proxy, { viewers: 20, videos: 1_000 })),
      ...(await measureCount(system, proxy, { viewers: 100_000, videos: 1 })),
      ...(await measureJoining(system, proxy)),
    ];
  } finally {
    proxy.close();
    await system.close();
  }
}

/** The Realtime Database through the proxy, with a count of the requests. */
class CountedRealtime extends Realtime {
  reads = 0;
  writes = 0;

  constructor(port: number, { config }: Context) {
    const url = new URL(config.realtime.url);
    url.port = String(port);
    super({ url: url.href, timeoutMs: 60_000, credentials: async () => emulatorCredentials() });
  }
  override update(...given: Parameters<Realtime["update"]>): Promise<void> {
    this.writes += 1;
    return super.update(...given);
  }
  override read(...given: Parameters<Realtime["read"]>): Promise<unknown> {
    this.reads += 1;
    return super.read(...given);
  }
  override readKeys(...given: Parameters<Realtime["readKeys"]>): Promise<string[]> {
    this.reads += 1;
    return super.readKeys(...given);
  }
  override readWhere(...given: Parameters<Realtime["readWhere"]>): Promise<Record<string, unknown>> {
    this.reads += 1;
    return super.readWhere(...given);
  }
}

const queue = { enqueue: async () => {} };

async function count({ db }: Context, realtime: Realtime, videoId: string): Promise<void> {
  await db
    .updateTable("audiences")
    .set({ due_at: new Date(0) })
    .where("video_id", "=", videoId)
    .execute();
  await countAudience({ db, realtime, queue }, videoId);
}

async function measureCount(
  { context, rtdbHost }: BenchSystem,
  proxy: CountingProxy,
  { viewers, videos }: { viewers: number; videos: number },
): Promise<Figure[]> {
  const videoId = `audience-${viewers}`;
  await context.db.insertInto("audiences").values({ video_id: videoId }).execute();
  await fillPresence(rtdbHost, videoId, viewers);
  const realtime = new CountedRealtime(proxy.port, context);
  await count(context, realtime, videoId);
  Object.assign(realtime, { reads: 0, writes: 0 });
  const { bytesUp, bytesDown } = proxy.traffic;
  const milliseconds = await time(() => count(context, realtime, videoId));
  const perHour = CALM_COUNTS_PER_HOUR * videos;
  const name = `a count of ${viewers.toLocaleString("en")} viewers`;
  const hour = `an hour of ${videos.toLocaleString("en")} videos with ${viewers.toLocaleString("en")} viewers, counted each 12 s`;
  const bytes = proxy.traffic.bytesUp - bytesUp + proxy.traffic.bytesDown - bytesDown;
  return [
    { name, value: milliseconds, unit: "ms" },
    { name: `${name}: reads`, value: realtime.reads, unit: "requests" },
    { name: `${name}: writes`, value: realtime.writes, unit: "requests" },
    { name: `${name}: bytes`, value: bytes, unit: "bytes" },
    { name: `${hour}: calls`, value: perHour, unit: "calls" },
    { name: `${hour}: reads`, value: realtime.reads * perHour, unit: "requests" },
    { name: `${hour}: bytes`, value: (bytes * perHour) / 1e6, unit: "MB" },
  ];
}

async function measureJoining({ context, rtdbHost }: BenchSystem, proxy: CountingProxy): Promise<Figure[]> {
  const videoId = "audience-joining";
  await context.db.insertInto("audiences").values({ video_id: videoId }).execute();
  const ending = new AbortController();
  const counting = countEachFiveSeconds(context, videoId, ending.signal);
  const { messages } = proxy.traffic;
  const viewers: OpenViewer[] = [];
  for (let n = 0; n < JOINING; n += 1) {
    viewers.push(await openViewer(rtdbHost, proxy.port, videoId));
    await sleep(JOINING_MS / JOINING);
  }
  while (viewers.some(({ presence }) => presence.state.viewers !== JOINING)) await sleep(100);
  const value = proxy.traffic.messages - messages;
  ending.abort();
  await counting;
  await Promise.all(viewers.map((viewer) => viewer.close()));
  const name = `${JOINING} viewers join in ${JOINING_MS / 1_000} s: messages to all of them`;
  return [
    { name, value, unit: "messages" },
    { name: `${name}, each`, value: value / JOINING, unit: "messages" },
  ];
}

async function countEachFiveSeconds(context: Context, videoId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await count(context, context.realtime, videoId);
    await sleep(5_000, undefined, { signal }).catch(() => {});
  }
}
