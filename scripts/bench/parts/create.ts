import { randomUUID } from "node:crypto";
import { type Pool, type PoolConnection, type ResultSetHeader, createPool } from "mysql2/promise";
import type { Figure } from "../figure.ts";
import { type Poster, createPoster } from "../poster.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { type Timings, measure, median } from "../timings.ts";

/** Bare and posted in turn: the speed of a shared machine drifts, so a ratio is of one round. */
const ROUNDS = 5;
const SECONDS = { bare: 2, posted: 4 };
/** Node compiles what is hot: 1,097/s after 3 s became 1,694/s after 17 s. */
const WARM_UP_SECONDS = 20;

const CASES = [
  { name: "1,000 videos", videos: 1000, minRatio: 0.5 },
  { name: "one hot video", videos: 1, minRatio: 0.7 },
];

/**
 * Comments posted over HTTP to one instance of the API, with the limits of production. The reference is the bare transaction, of three
 * statements, from as many connections.
 */
export async function benchCreate(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false });
  const api = await system.fleet.start("api");
  const poster = createPoster(api.url, system.tokens);
  try {
    // All videos have comments then: a first post is counted once more, in a round trip of its own.
    await measure({ loops: 64, seconds: WARM_UP_SECONDS }, () => poster.post(anyVideo("api", 1000)));
    const figures: Figure[] = [];
    for (const { name, videos, minRatio } of CASES) {
      for (const connections of [16, 64]) {
        const rounds = await runRounds(system, poster, { videos, connections });
        figures.push(...figuresOf(`create, ${name}, ${connections} connections`, minRatio, rounds));
      }
    }
    return figures;
  } finally {
    poster.close();
    await system.close();
  }
}

interface Round {
  bare: Timings;
  posted: Timings;
}

async function runRounds(
  system: BenchSystem,
  poster: Poster,
  { videos, connections }: { videos: number; connections: number },
): Promise<Round[]> {
  const pool = createPool({ uri: system.mysqlUrl, connectionLimit: connections });
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await measure({ loops: connections, seconds: SECONDS.bare }, () =>
      writeBare(pool, system.userId, anyVideo("bare", videos)),
    );
    const posted = await measure({ loops: connections, seconds: SECONDS.posted }, () =>
      poster.post(anyVideo("api", videos)),
    );
    rounds.push({ bare, posted });
  }
  await pool.end();
  return rounds;
}

const anyVideo = (prefix: string, videos: number) => `${prefix}-${Math.floor(Math.random() * videos)}`;

function figuresOf(name: string, minRatio: number, rounds: Round[]): Figure[] {
  const figure = (key: "perSecond" | "p99") => ({
    value: median(rounds.map(({ posted }) => posted[key])),
    reference: { name: "the bare transaction", value: median(rounds.map(({ bare }) => bare[key])) },
    ratio: median(rounds.map(({ posted, bare }) => posted[key] / bare[key])),
  });
  return [
    { name, unit: "/s", ...figure("perSecond"), target: { of: "ratio", atLeast: minRatio } },
    { name: `${name}, p99`, unit: "ms", ...figure("p99"), target: { of: "ratio", atMost: 10 } },
  ];
}

const BARE_TRIES = 6;

/** Takes the next change number and writes a comment and its key. A deadlock or a lock timeout is tried again. */
async function writeBare(pool: Pool, userId: string, videoId: string): Promise<void> {
  const connection = await pool.getConnection();
  const id = randomUUID();
  try {
    for (let triesLeft = BARE_TRIES - 1; ; triesLeft -= 1) {
      try {
        return await runTransaction(connection, { id, userId, videoId });
      } catch (error) {
        await connection.query("ROLLBACK");
        if (triesLeft === 0) throw error;
      }
    }
  } finally {
    connection.release();
  }
}

async function runTransaction(
  connection: PoolConnection,
  { id, userId, videoId }: { id: string; userId: string; videoId: string },
): Promise<void> {
  await connection.query("BEGIN");
  const [{ insertId: seq }] = await connection.query<ResultSetHeader>(
    "INSERT INTO videos (id, seq) VALUES (?, LAST_INSERT_ID(1)) ON DUPLICATE KEY UPDATE seq = LAST_INSERT_ID(seq + 1)",
    [videoId],
  );
  await connection.query(
    "INSERT INTO comments (id, video_id, user_id, content, seq) VALUES (?, ?, ?, 'a comment of the length that comments have', ?)",
    [id, videoId, userId, seq],
  );
  await connection.query(
    "INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, response, comment_id) VALUES (?, ?, ?, ?, ?)",
    [userId, id, Buffer.alloc(32), "x".repeat(150), id],
  );
  await connection.query("COMMIT");
}
