import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onValue, orderByKey, query, ref, startAt } from "firebase/database";
import { sql } from "kysely";
import { changeKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
import { restReads } from "../../../web/src/live/reads.ts";
import { databaseUrl } from "../../../web/src/live/database-url.ts";
import { until } from "../../../test/support/until.ts";
import { projectId } from "../../platform/paths.ts";
import { createCountingProxy } from "../audience/counting-proxy.ts";
import type { Figure } from "../figure.ts";
import { insertComments } from "../growth/comments.ts";
import { type Poster, createPoster } from "../poster.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { median, time } from "../timings.ts";

const COMMENTS = 100;
/** A comment of 100 characters, as the estimate of the cost has it. */
const CONTENT =
  "One hundred characters of what people write beside a video that they like a lot and watch at night.".padEnd(
    100,
    "!",
  );
const STORED = 50_000;
const SCHEDULES = ["sweep", "reconcile", "maintain"];

/** What one event takes, for `scripts/cost/estimate.ts`. There is no reference: these are inputs, not promises. */
export async function benchCost(): Promise<Figure[]> {
  const tasks = await startTaskCounter();
  const system = await startBench({ runsTasks: false, env: { CLOUD_TASKS_EMULATOR_HOST: tasks.host } });
  try {
    const api = await system.fleet.start("api");
    const poster = createPoster(api.url, system.tokens, CONTENT);
    for (let n = 0; n < 50; n += 1) await poster.post("cost");
    const figures = [
      ...(await measureReader(system, poster, "event stream", openStream)),
      ...(await measureReader(system, poster, "SDK", openSdk)),
      await measureLook(system),
      await measureRequests("a post", () => poster.post("cost")),
      await measureRequests("a list", () => poster.list("cost")),
    ];
    const posts = 50 + 3 * COMMENTS;
    figures.push({ name: "tasks for a comment, posted one by one", value: tasks.count() / posts, unit: "tasks" });
    poster.close();
    for (const name of SCHEDULES) figures.push(await measureSchedule(system, name));
    figures.push(await measureStored(system));
    return figures;
  } finally {
    await system.close();
    tasks.close();
  }
}

/** A reader on a connection of their own, who has read the newest 50 comments. */
interface Reader {
  /** Changes that arrived. */
  seen: () => number;
  close: () => Promise<void> | void;
}

type Open = (system: BenchSystem, port: number) => Promise<Reader>;

/** The bytes that the Realtime Database sends to a reader who comes, and for each comment then; plain HTTP, without TLS. */
async function measureReader(system: BenchSystem, poster: Poster, how: string, open: Open): Promise<Figure[]> {
  const proxy = await createCountingProxy(Number(system.rtdbHost.split(":")[1]));
  const reader = await open(system, proxy.port);
  try {
    const arrival = proxy.traffic.bytesDown;
    const before = reader.seen();
    for (let n = 0; n < COMMENTS; n += 1) await poster.post("cost");
    await until("the reader to have all comments", () => reader.seen() - before >= COMMENTS);
    const delivery = (proxy.traffic.bytesDown - arrival) / COMMENTS;
    return [
      { name: `bytes to a reader who comes, ${how}`, value: arrival, unit: "bytes" },
      { name: `bytes of a comment to a reader, ${how}`, value: delivery, unit: "bytes" },
    ];
  } finally {
    await reader.close();
    proxy.close();
  }
}

/** A signed-out reader looks at the count of viewers every 30 s. */
async function measureLook({ rtdbHost }: BenchSystem): Promise<Figure> {
  const proxy = await createCountingProxy(Number(rtdbHost.split(":")[1]));
  const { readViewers } = restReads(`http://127.0.0.1:${proxy.port}/?ns=${projectId}-default-rtdb`);
  for (let n = 0; n < COMMENTS; n += 1) await readViewers("cost", AbortSignal.timeout(60_000));
  proxy.close();
  return { name: "bytes of a look at the count of viewers", value: proxy.traffic.bytesDown / COMMENTS, unit: "bytes" };
}

/** As the client reads without the SDK. */
async function openStream(system: BenchSystem, port: number): Promise<Reader> {
  const base = `http://127.0.0.1:${port}/?ns=${projectId}-default-rtdb`;
  const ending = new AbortController();
  await readPage(base, ending.signal);
  const newer = { orderBy: '"$key"', startAt: JSON.stringify(await nextChange(system)) };
  const response = await fetch(databaseUrl(base, paths.changes("cost"), newer), {
    headers: { accept: "text/event-stream" },
    signal: ending.signal,
  });
  // Whole, because a comment may come in two pieces.
  let text = "";
  const read = async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  };
  void read().catch(() => {});
  return { seen: () => text.split('"content"').length - 1, close: () => ending.abort() };
}

/** As the client reads with the SDK, before it signs in. */
async function openSdk(system: BenchSystem, port: number): Promise<Reader> {
  const base = `http://127.0.0.1:${port}/?ns=${projectId}-default-rtdb`;
  await readPage(base, AbortSignal.timeout(60_000));
  // The SDK connects to this, whatever its own configuration says.
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = `127.0.0.1:${port}`;
  const app = initializeApp({ projectId, apiKey: "local", databaseURL: base }, "cost");
  const database = getDatabase(app);
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = system.rtdbHost;
  let seen = 0;
  const newer = query(ref(database, paths.changes("cost")), orderByKey(), startAt(await nextChange(system)));
  await new Promise<void>((resolve) => {
    onValue(newer, (snapshot) => {
      seen = snapshot.size;
      resolve();
    });
  });
  return {
    seen: () => seen,
    async close() {
      goOffline(database);
      await deleteApp(app);
    },
  };
}

/** What a page reads when it opens: the fence, the newest 50 comments, the count of viewers, the settings. */
async function readPage(base: string, signal: AbortSignal): Promise<void> {
  const reads = restReads(base);
  await reads.readFence("cost", signal);
  await reads.readNewest("cost", 50, signal);
  await reads.readViewers("cost", signal);
  await (await fetch(databaseUrl(base, paths.video("cost")), { signal })).arrayBuffer();
}

/** The change after the last one, from which a reader listens; past the proxy. */
async function nextChange({ rtdbHost }: BenchSystem): Promise<string> {
  const base = `http://${rtdbHost}/?ns=${projectId}-default-rtdb`;
  const last = (await (await fetch(databaseUrl(base, `${paths.sync("cost")}/to`))).json()) as number;
  return changeKey(last + 1);
}

/** Cloud Run charges an instance while it has a request: what one takes alone is the most that it can cost. */
async function measureRequests(what: string, send: () => Promise<void>): Promise<Figure> {
  const times: number[] = [];
  for (let n = 0; n < COMMENTS; n += 1) times.push(await time(send));
  return { name: `${what}, alone`, value: median(times), unit: "ms" };
}

/** A run of a schedule with nothing to do. */
async function measureSchedule({ fleet }: BenchSystem, name: string): Promise<Figure> {
  const instance = await fleet.start(name);
  const run = async () => {
    const response = await fetch(instance.url, { method: "POST" });
    if (!response.ok) throw new Error(`${name} answered ${response.status}`);
  };
  await run();
  const times: number[] = [];
  for (let n = 0; n < 7; n += 1) times.push(await time(run));
  await instance.kill();
  return { name: `a run of ${name} with nothing to do`, value: median(times), unit: "ms" };
}

/** On disk, with indexes and unfilled pages. */
async function measureStored({ context: { db }, mysqlUrl }: BenchSystem): Promise<Figure> {
  const size = async () => {
    await sql`ANALYZE TABLE comments`.execute(db);
    const { rows } = await sql<{
      bytes: string;
    }>`SELECT DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'comments'`.execute(db);
    return Number(rows[0]?.bytes);
  };
  const before = await size();
  await insertComments(mysqlUrl, { comments: STORED, videos: 100 });
  return { name: "a comment in MySQL, with indexes", value: ((await size()) - before) / STORED, unit: "bytes" };
}

/** A queue that takes tasks, counts them and runs none. */
async function startTaskCounter(): Promise<{ host: string; count: () => number; close: () => void }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.resume().on("end", () => response.end("{}"));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    count: () => count,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
