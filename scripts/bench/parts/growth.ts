import { sql } from "kysely";
import type { Figure } from "../figure.ts";
import { addUnrelayed, insertComments } from "../growth/comments.ts";
import { type Poster, createPoster } from "../poster.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { type Timings, measure, median, summarize, time } from "../timings.ts";

const SIZES = [10_000, 1_000_000, 10_000_000];
/** A page has at most half of the comments that a video of the smallest size has. BENCH_GROWTH_SHAPE names one, to try the part out. */
const SHAPES = [
  { shape: "one video", videos: 1, limit: 20 },
  { shape: "1,000 videos", videos: 1_000, limit: 5 },
].filter(({ shape }) => [undefined, shape].includes(process.env["BENCH_GROWTH_SHAPE"]));
/** Odd, so that a median is of one round. */
const ROUNDS = 5;
const SECONDS = 3;
const LOOPS = 16;
const MAX_RATIO = 1.3;
/** What is read must fit, as it should in production: a disk's speed is not the product's. */
const BUFFER_POOL_BYTES = 9 * 1024 ** 3;

interface Grown {
  size: number;
  system: BenchSystem;
  poster: Poster;
  videos: number;
  /** Paths below the API's URL. */
  pages: string[];
  changes: string[];
}

/**
 * Whether anything becomes slower while comments become more. The three sizes stand side by side, each with its own database and its own
 * instance of the API, and are measured in turn; the reference is the smallest. A figure is the time of one operation.
 */
export async function benchGrowth(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { shape, videos, limit } of SHAPES) {
    const grown: Grown[] = [];
    try {
      for (const size of SIZES) grown.push(await grow({ size, videos, limit }));
      for (const [what, run] of Object.entries(OPERATIONS))
        figures.push(...(await compare(`${what}, ${shape}`, grown, run)));
    } finally {
      for (const { poster, system } of grown) {
        poster.close();
        await system.close();
      }
    }
  }
  return figures;
}

async function grow({ size, videos, limit }: { size: number; videos: number; limit: number }): Promise<Grown> {
  const system = await startBench({ runsTasks: false });
  const { db } = system.context;
  await sql`SET GLOBAL innodb_buffer_pool_size = ${sql.lit(BUFFER_POOL_BYTES)}`.execute(db);
  const milliseconds = await time(() => insertComments(system.mysqlUrl, { comments: size, videos }));
  console.log(`${size.toLocaleString("en")} comments on ${videos} videos in ${Math.round(milliseconds / 1000)} s`);
  const api = await system.fleet.start("api");
  const poster = createPoster(api.url, system.tokens);
  for (let n = 0; n < videos; n += 1) await system.context.videoRelay.runTask({ video_id: `v${n}` });
  await measure({ loops: LOOPS, seconds: 5 }, () => poster.post(anyVideo(videos)));
  const pages = await findPages(api.url, { videos, limit });
  return { size, system, poster, videos, pages, changes: changePaths({ size, videos, limit }) };
}

/** The second and later pages of some videos: the newest comes from memory. */
async function findPages(url: string, { videos, limit }: { videos: number; limit: number }): Promise<string[]> {
  const paths: string[] = [];
  for (let n = 0; n < Math.min(videos, 20); n += 1) {
    const path = `/v1/videos/v${n}/comments?limit=${limit}`;
    let cursor: string | null = null;
    for (let page = 0; page < Math.min(60 / Math.min(videos, 20), 20); page += 1) {
      const response = await fetch(`${url}${path}${cursor === null ? "" : `&cursor=${cursor}`}`);
      if (!response.ok) throw new Error(`GET ${path} got ${response.status}: ${await response.text()}`);
      ({ next_cursor: cursor } = (await response.json()) as { next_cursor: string | null });
      if (cursor === null) break;
      paths.push(`${path}&cursor=${cursor}`);
    }
  }
  return paths;
}

/** Of the last changes, which clients ask for. */
function changePaths({ size, videos, limit }: { size: number; videos: number; limit: number }): string[] {
  const last = size / videos;
  return Array.from(
    { length: 200 },
    (_, n) => `/v1/videos/v${n % videos}/changes?limit=${limit}&after=${last - limit - (n % limit)}`,
  );
}

const anyVideo = (videos: number) => `v${Math.floor(Math.random() * videos)}`;
const anyOf = (paths: string[]) => paths[Math.floor(Math.random() * paths.length)] ?? "";

/** Each gives how long operations of one kind took. */
const OPERATIONS: Record<string, (grown: Grown) => Promise<Timings>> = {
  create: ({ poster, videos }) => measure({ loops: LOOPS, seconds: SECONDS }, () => poster.post(anyVideo(videos))),
  "newest page": ({ poster, videos }) =>
    measure({ loops: LOOPS, seconds: SECONDS }, () => poster.list(anyVideo(videos))),
  "older page": ({ poster, pages }) => measure({ loops: LOOPS, seconds: SECONDS }, () => poster.get(anyOf(pages))),
  changes: ({ poster, changes }) => measure({ loops: LOOPS, seconds: SECONDS }, () => poster.get(anyOf(changes))),
  "relay of 64 changes": relay,
  "comparison of a video": reconcile,
};

/** One after the other, so that a time is that of a run. */
async function relay({ system, videos }: Grown): Promise<Timings> {
  const { db, videoRelay, newId } = system.context;
  const times: number[] = [];
  for (let n = 0; n < 40; n += 1) {
    const videoId = anyVideo(videos);
    await addUnrelayed(db, { videoId, userId: system.userId, count: 64, newId });
    times.push(await time(() => videoRelay.runTask({ video_id: videoId })));
  }
  return summarize(times, 1);
}

async function reconcile({ system, videos }: Grown): Promise<Timings> {
  const { videoRelay } = system.context;
  const times: number[] = [];
  for (let n = 0; n < (videos === 1 ? 40 : 1); n += 1) {
    const milliseconds = await time(() => videoRelay.reconcileAll({ repair: false }));
    times.push(milliseconds / videos);
  }
  return summarize(times, 1);
}

async function compare(name: string, grown: Grown[], run: (grown: Grown) => Promise<Timings>): Promise<Figure[]> {
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times: number[] = [];
    for (const one of grown) times.push((await run(one)).p50);
    rounds.push(times);
  }
  const valueOf = (index: number) => median(rounds.map((times) => times[index] ?? NaN));
  console.log(`${name}: ${grown.map((_, index) => valueOf(index).toPrecision(3)).join(", ")} ms`);
  return grown.slice(1).map(({ size }, n) => ({
    name: `${name}, ${size.toLocaleString("en")} comments`,
    unit: "ms",
    value: valueOf(n + 1),
    reference: { name: `${SIZES[0]?.toLocaleString("en")} comments`, value: valueOf(0) },
    ratio: median(rounds.map((times) => (times[n + 1] ?? NaN) / (times[0] ?? NaN))),
    target: { of: "ratio", atMost: MAX_RATIO },
  }));
}
