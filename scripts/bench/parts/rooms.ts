import { changeKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { Figure } from "../figure.ts";
import { createPoster } from "../poster.ts";
import { openEventStreams } from "../rooms/event-streams.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { type Timings, atRate, pause, summarize } from "../timings.ts";

const ROOMS = [1, 100, 1_000];
const TALK = { perSecond: 5, seconds: 12 };
const STADIUMS = [1, 100, 10_000, 100_000];
const RUSH = { perSecond: 200, seconds: 15 };
/** After the last post, until every listener must have heard of it. */
const MAX_DELAY_MS = 10_000;

/**
 * What listeners get in rooms of different sizes: how late a comment is, beside a bare write to as many listeners; and how many updates a
 * busy video sends when its viewers are so many. The listeners are there, the many viewers only in the count that the relay reads.
 */
export async function benchRooms(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false });
  try {
    const api = await system.fleet.start("api");
    const figures: Figure[] = [];
    for (const viewers of ROOMS) figures.push(...(await measureTalk(system, api.url, viewers)));
    for (const viewers of STADIUMS) figures.push(...(await measureRush(system, api.url, viewers)));
    return figures;
  } finally {
    await system.close();
  }
}

async function countViewers({ context }: BenchSystem, videoId: string, viewers: number): Promise<void> {
  await context.db.insertInto("audiences").values({ video_id: videoId, viewers }).execute();
}

async function measureTalk(system: BenchSystem, apiUrl: string, viewers: number): Promise<Figure[]> {
  const poster = createPoster(apiUrl, system.tokens);
  const bareId = `bare-${viewers}`;
  const bare = await timeToListeners(system, bareId, viewers, (seq) =>
    system.context.realtime.update({
      [paths.change(bareId, seq)]: { id: changeKey(seq) },
      [paths.sync(bareId)]: { epoch: 1, from: seq - 1, to: seq, at: { ".sv": "timestamp" } },
    }),
  );
  const videoId = `room-${viewers}`;
  await countViewers(system, videoId, viewers);
  const posted = await timeToListeners(system, videoId, viewers, () => poster.post(videoId));
  poster.close();
  const name = `post to listener at ${TALK.perSecond}/s, ${viewers.toLocaleString("en")} listeners`;
  const reference = (value: number) => ({ name: "a bare write", value });
  return [
    { name: `${name}, p50`, value: posted.p50, unit: "ms", reference: reference(bare.p50) },
    { name: `${name}, p99`, value: posted.p99, unit: "ms", reference: reference(bare.p99) },
  ];
}

/** The video's n-th change is the n-th that was sent. The first second is for warming up. */
async function timeToListeners(
  { rtdbHost }: BenchSystem,
  videoId: string,
  listeners: number,
  send: (seq: number) => Promise<void>,
): Promise<Timings> {
  const sentAt: number[] = [];
  const times: number[] = [];
  const heard = { changes: 0 };
  const streams = await openEventStreams(rtdbHost, videoId, listeners, (seqs) => {
    heard.changes += seqs.length;
    for (const seq of seqs) if (seq > TALK.perSecond) times.push(performance.now() - (sentAt[seq - 1] ?? NaN));
  });
  await atRate(TALK, (count) => {
    sentAt.push(performance.now());
    return send(count + 1);
  });
  const total = TALK.perSecond * TALK.seconds * listeners;
  const giveUpAt = performance.now() + MAX_DELAY_MS;
  while (heard.changes < total && performance.now() < giveUpAt) await pause(50);
  streams.close();
  if (heard.changes < total)
    throw new Error(`${total - heard.changes} of ${total} changes never reached a listener of ${videoId}`);
  return summarize(times, TALK.seconds);
}

async function measureRush(system: BenchSystem, apiUrl: string, viewers: number): Promise<Figure[]> {
  const videoId = `stadium-${viewers}`;
  await countViewers(system, videoId, viewers);
  const poster = createPoster(apiUrl, system.tokens);
  // The relay learns of the viewers with its first update of the video.
  await poster.post(videoId);
  await pause(1_000);
  const heard = { updates: 0, last: 0 };
  const streams = await openEventStreams(system.rtdbHost, videoId, 1, (seqs) => {
    heard.updates += 1;
    heard.last = Math.max(heard.last, ...seqs);
  });
  const startedAt = performance.now();
  await atRate(RUSH, () => poster.post(videoId));
  const total = RUSH.perSecond * RUSH.seconds + 1;
  const giveUpAt = performance.now() + MAX_DELAY_MS;
  while (heard.last < total && performance.now() < giveUpAt) await pause(20);
  const seconds = (performance.now() - startedAt) / 1_000;
  streams.close();
  poster.close();
  if (heard.last < total)
    throw new Error(`${total - heard.last} of ${total} changes never reached the listener of ${videoId}`);
  const name = `${RUSH.perSecond} comments/s with ${viewers.toLocaleString("en")} viewers`;
  return [
    { name: `${name}: updates`, value: heard.updates / seconds, unit: "/s", better: "lower" },
    { name: `${name}: messages`, value: (heard.updates * viewers) / seconds, unit: "/s", better: "lower" },
  ];
}
