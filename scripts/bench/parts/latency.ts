import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onChildAdded, ref } from "firebase/database";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { projectId } from "../../platform/paths.ts";
import type { Figure } from "../figure.ts";
import { createPoster } from "../poster.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { type Timings, atRate, pause, summarize } from "../timings.ts";

const VIDEOS = 50;
const RATE = { perSecond: 100, seconds: 10 };
/** After the last request, until a listener must have heard of it. */
const MAX_DELAY_MS = 10_000;

/**
 * From a client's request to a listener with the `firebase` SDK, with and without the inline relay. The reference is a bare update of
 * the Realtime Database, to the same kind of listener.
 */
export async function benchLatency(): Promise<Figure[]> {
  return [...(await measureLatency(true)), ...(await measureLatency(false))];
}

async function measureLatency(isInline: boolean): Promise<Figure[]> {
  const env = isInline ? {} : { INLINE_RELAY_DEADLINE_MS: "0" };
  const system = await startBench({ runsTasks: !isInline, env });
  try {
    const api = await system.fleet.start("api");
    if (!isInline) await system.fleet.start("relayVideos");
    const bare = await measureBare(system);
    const poster = createPoster(api.url, system.tokens);
    const full = await timeToListener(system, "live", (videoId) => poster.post(videoId));
    poster.close();
    const name = `request to listener at ${RATE.perSecond}/s, ${isInline ? "inline relay" : "relay tasks only"}`;
    const reference = (value: number) => ({ name: "a bare update", value });
    const p99Target = { of: "difference", atMost: isInline ? 150 : 1_500 } as const;
    return [
      {
        name: `${name}, p50`,
        value: full.p50,
        unit: "ms",
        reference: reference(bare.p50),
        ...(isInline ? { target: { of: "difference", atMost: 30 } as const } : {}),
      },
      { name: `${name}, p99`, value: full.p99, unit: "ms", reference: reference(bare.p99), target: p99Target },
    ];
  } finally {
    await system.close();
  }
}

async function measureBare(system: BenchSystem): Promise<Timings> {
  const realtime = new Realtime({
    url: `http://${system.rtdbHost}/?ns=${projectId}-default-rtdb`,
    timeoutMs: 5_000,
    credentials: async () => emulatorCredentials(),
  });
  const seqs = new Map<string, number>();
  return timeToListener(system, "bare", async (videoId) => {
    const from = seqs.get(videoId) ?? 0;
    seqs.set(videoId, from + 1);
    await realtime.update({
      [`changes/${videoId}/${changeKey(from + 1)}`]: { id: "bare" },
      [`sync/${videoId}`]: { epoch: 1, from, to: from + 1, at: { ".sv": "timestamp" } },
    });
  });
}

/** Sends at an even rate. A video's n-th change that a listener hears of is the n-th that was sent. */
async function timeToListener(
  system: BenchSystem,
  prefix: string,
  send: (videoId: string) => Promise<void>,
): Promise<Timings> {
  const databaseURL = `http://${system.rtdbHost}/?ns=${projectId}-default-rtdb`;
  const app = initializeApp({ projectId, apiKey: "local", databaseURL }, prefix);
  const database = getDatabase(app);
  const sentAt = new Map<string, number[]>();
  const times: number[] = [];
  for (let number = 0; number < VIDEOS; number += 1) {
    const videoId = `${prefix}-${number}`;
    sentAt.set(videoId, []);
    let heard = 0;
    onChildAdded(ref(database, `changes/${videoId}`), () => {
      const at = sentAt.get(videoId)?.[heard];
      heard += 1;
      if (at !== undefined) times.push(performance.now() - at);
    });
  }
  await atRate(RATE, (count) => {
    const videoId = `${prefix}-${count % VIDEOS}`;
    sentAt.get(videoId)?.push(performance.now());
    return send(videoId);
  });
  const total = RATE.perSecond * RATE.seconds;
  const giveUpAt = performance.now() + MAX_DELAY_MS;
  while (times.length < total && performance.now() < giveUpAt) await pause(100);
  goOffline(database);
  await deleteApp(app);
  if (times.length < total) throw new Error(`${total - times.length} of ${total} changes never reached a listener`);
  // The first second is for connecting and warming up.
  return summarize(times.slice(RATE.perSecond), RATE.seconds);
}
