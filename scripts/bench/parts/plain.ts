import type { Figure, Target } from "../figure.ts";
import { LISTED_VIDEO } from "../plain/comments.ts";
import { type Contender, type Contenders, startContenders } from "../plain/contenders.ts";
import { type Timings, atRate, measure, median, pause, summarize } from "../timings.ts";

/** Odd, so that a median is of one round. */
const ROUNDS = 3;
const SECONDS = 4;
const WARM_UP_SECONDS = 10;
const CONNECTIONS = [1, 16, 64];
const LISTENERS = [1, 100];
const RATE = { perSecond: 50, seconds: 8 };

/** What was asked of us, beside the plain server, which promises less. */
const TARGETS = {
  /** Of an empty GET. */
  list: { 64: 0.8 } as Record<number, number>,
  create: { 1: 0.44, 16: 1, 64: 1 } as Record<number, number>,
  delivery: { 1: 2.2, 100: 2.5 } as Record<number, number>,
  throughput: { 1: 0.65, 100: 1 } as Record<number, number>,
};

/**
 * Lists, posts and live delivery on one video, beside the plain server (`plain/server.ts`) and an empty function, all on this machine and
 * in turn.
 */
export async function benchPlain(): Promise<Figure[]> {
  const contenders = await startContenders();
  try {
    await warmUp(contenders);
    return [
      ...(await benchLists(contenders)),
      ...(await benchPosts(contenders)),
      ...(await benchDelivery(contenders)),
      ...(await benchThroughput(contenders)),
    ];
  } finally {
    await contenders.close();
  }
}

async function warmUp({ ours, plain, empty }: Contenders): Promise<void> {
  const load = { loops: 16, seconds: WARM_UP_SECONDS / 2 };
  for (const contender of [ours, plain]) {
    await measure(load, () => contender.post("warm"));
    await measure(load, () => contender.list(LISTED_VIDEO));
  }
  await measure(load, () => empty.list(LISTED_VIDEO));
}

async function benchLists({ ours, plain, empty }: Contenders): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const loops of CONNECTIONS) {
    const rounds = await inTurn({ ours, plain, empty }, (contender) =>
      measure({ loops, seconds: SECONDS }, () => contender.list(LISTED_VIDEO)),
    );
    const name = `newest 20 of 10,000, ${loops} connections`;
    figures.push(
      compare(name, "perSecond", rounds, "empty", atLeast(TARGETS.list[loops])),
      compare(`${name}, beside the plain server`, "perSecond", rounds, "plain"),
    );
  }
  return figures;
}

async function benchPosts({ ours, plain }: Contenders): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const loops of CONNECTIONS) {
    const rounds = await inTurn({ ours, plain }, (contender) =>
      measure({ loops, seconds: SECONDS }, () => contender.post(`posted-${loops}`)),
    );
    const name = `posts on one video, ${loops} connections`;
    figures.push(compare(name, "perSecond", rounds, "plain", atLeast(TARGETS.create[loops])));
  }
  return figures;
}

async function benchDelivery({ ours, plain }: Contenders): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const listeners of LISTENERS) {
    const rounds = await inTurn({ ours, plain }, (contender, round) =>
      timeToListeners(contender, `heard-${listeners}-${round}`, listeners),
    );
    const name = `post to listener at ${RATE.perSecond}/s on one video, ${listeners} listeners`;
    const target = { of: "ratio", atMost: TARGETS.delivery[listeners] ?? NaN } as const;
    figures.push(
      compare(`${name}, p50`, "p50", rounds, "plain", target),
      compare(`${name}, p99`, "p99", rounds, "plain"),
    );
  }
  return figures;
}

/** From before the request until a listener has heard, for each listener. */
async function timeToListeners(contender: Contender, videoId: string, count: number): Promise<Timings> {
  const sentAt: number[] = [];
  const times: number[] = [];
  const listeners = await contender.listen(videoId, count, (comments) => {
    const at = sentAt[comments - 1];
    if (at !== undefined) times.push(performance.now() - at);
  });
  await atRate(RATE, () => {
    sentAt.push(performance.now());
    return contender.post(videoId);
  });
  await listeners.waitFor(RATE.perSecond * RATE.seconds);
  await listeners.close();
  // The first second is for connecting.
  return summarize(times.slice(RATE.perSecond * count), RATE.seconds);
}

async function benchThroughput({ ours, plain }: Contenders): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of LISTENERS) {
    const rounds = await inTurn({ ours, plain }, async (contender, round) => {
      const videoId = `flood-${count}-${round}`;
      const listeners = await contender.listen(videoId, count, () => {});
      const startedAt = performance.now();
      let posts = 0;
      const times = await measure({ loops: 64, seconds: SECONDS }, async () => {
        await contender.post(videoId);
        posts += 1;
      });
      await listeners.waitFor(posts);
      const seconds = (performance.now() - startedAt) / 1000;
      await listeners.close();
      return { ...times, perSecond: posts / seconds };
    });
    const name = `posts until ${count} listeners have them, 64 connections`;
    figures.push(compare(name, "perSecond", rounds, "plain", atLeast(TARGETS.throughput[count])));
  }
  return figures;
}

type Round<Name extends string> = Record<Name, Timings>;

/** Measures each in turn, some rounds: the speed of a shared machine drifts. */
async function inTurn<Name extends string, C>(
  contenders: Record<Name, C>,
  run: (contender: C, round: string) => Promise<Timings>,
): Promise<Round<Name>[]> {
  const rounds: Round<Name>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const timings: Partial<Round<Name>> = {};
    for (const name in contenders) {
      timings[name] = await run(contenders[name], `${name}-${round}`);
      await pause(500);
    }
    rounds.push(timings as Round<Name>);
  }
  return rounds;
}

const REFERENCES = { plain: "the plain server", empty: "an empty GET" };

function compare<Name extends keyof typeof REFERENCES>(
  name: string,
  key: keyof Timings,
  rounds: Round<Name | "ours">[],
  reference: Name,
  target?: Target,
): Figure {
  return {
    name,
    unit: key === "perSecond" ? "/s" : "ms",
    value: median(rounds.map(({ ours }) => ours[key])),
    reference: { name: REFERENCES[reference], value: median(rounds.map((round) => round[reference][key])) },
    ratio: median(rounds.map((round) => round.ours[key] / round[reference][key])),
    ...(target && { target }),
  };
}

function atLeast(ratio: number | undefined): Target | undefined {
  return ratio === undefined ? undefined : { of: "ratio", atLeast: ratio };
}
