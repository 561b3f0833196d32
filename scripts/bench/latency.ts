import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onChildAdded, ref } from "firebase/database";
import { emulatorCredentials } from "../../functions/src/realtime/credentials.ts";
import { changeKey } from "../../functions/src/contract/realtime-paths.ts";
import { Realtime } from "../../functions/src/realtime/realtime.ts";
import { projectId } from "../platform/paths.ts";
import type { Figures } from "./figures.ts";
import { figuresOf, ms } from "./figures.ts";
import { createPoster } from "./post.ts";
import type { BenchSystem } from "./system.ts";
import { startBench } from "./system.ts";

const VIDEOS = 50;
const RATE = 100;
const SECONDS = 10;

/** From a comment's commit to a listener of the real `firebase` SDK, and the bare way from a write to a listener. */
export async function benchLatency(say: (line: string) => void): Promise<void> {
  for (const inline of [true, false]) {
    const env = inline ? {} : { INLINE_RELAY_DEADLINE_MS: "0" };
    const system = await startBench({ dispatch: !inline, env });
    try {
      const api = await system.fleet.start("api");
      if (!inline) await system.fleet.start("relayVideos");
      const bare = await bareLatency(system);
      const poster = createPoster(api.url, system.tokens);
      const full = await listened(system, "live", (_, videoId) => poster.post(videoId));
      poster.close();
      const how = inline ? "inline relay, no dispatcher" : "no inline relay, tasks dispatched at once";
      const over = `over it: p50 ${ms(full.p50 - bare.p50)}, p99 ${ms(full.p99 - bare.p99)}`;
      say(
        `request to listener at ${RATE}/s over ${VIDEOS} videos, ${how}: p50 ${ms(full.p50)}, p99 ${ms(full.p99)}; ` +
          `bare write to listener p50 ${ms(bare.p50)}, p99 ${ms(bare.p99)}; ${over}`,
      );
    } finally {
      await system.close();
    }
  }
}

async function bareLatency(system: BenchSystem): Promise<Figures> {
  const realtime = new Realtime({
    url: `http://${system.rtdbHost}/?ns=${projectId}-default-rtdb`,
    timeoutMs: 5_000,
    credentials: async () => emulatorCredentials(),
  });
  const seqs = new Map<string, number>();
  return listened(system, "bare", async (id, videoId) => {
    const from = seqs.get(videoId) ?? 0;
    seqs.set(videoId, from + 1);
    await realtime.update({
      [`changes/${videoId}/${changeKey(from + 1)}`]: { id },
      [`sync/${videoId}`]: { epoch: 1, from, to: from + 1, at: { ".sv": "timestamp" } },
    });
  });
}

/** Sends at an even rate; the n-th change of a video that a listener hears of is the n-th that was sent to it. */
async function listened(
  system: BenchSystem,
  kind: string,
  send: (id: string, videoId: string) => Promise<void>,
): Promise<Figures> {
  const databaseURL = `http://${system.rtdbHost}/?ns=${projectId}-default-rtdb`;
  const app = initializeApp({ projectId, apiKey: "local", databaseURL }, kind);
  const database = getDatabase(app);
  const sent = new Map<string, number[]>();
  const times: number[] = [];
  for (let number = 0; number < VIDEOS; number += 1) {
    const videoId = `${kind}-${number}`;
    sent.set(videoId, []);
    let heard = 0;
    onChildAdded(ref(database, `changes/${videoId}`), () => {
      const at = sent.get(videoId)?.[heard];
      heard += 1;
      if (at !== undefined) times.push(performance.now() - at);
    });
  }
  const total = RATE * SECONDS;
  const sending: Promise<void>[] = [];
  const started = performance.now();
  for (let count = 0; count < total; count += 1) {
    const wait = started + (count * 1000) / RATE - performance.now();
    if (wait > 0) await sleep(wait);
    const videoId = `${kind}-${count % VIDEOS}`;
    sent.get(videoId)?.push(performance.now());
    sending.push(send(`${count}`, videoId));
  }
  await Promise.all(sending);
  for (let count = 0; count < 100 && times.length < total; count += 1) await sleep(100);
  goOffline(database);
  await deleteApp(app);
  if (times.length < total) throw new Error(`${total - times.length} of ${total} never came`);
  // The first second connects and warms up.
  return figuresOf(times.slice(RATE), SECONDS);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
