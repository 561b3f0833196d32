import { randomUUID } from "node:crypto";
import type { ResultSetHeader } from "mysql2";
import { createPool } from "mysql2/promise";
import type { Figures } from "./figures.ts";
import { measure, ms } from "./figures.ts";
import { createPoster } from "./post.ts";
import { median } from "./statistics.ts";
import { startBench } from "./system.ts";

/** In turn, for a machine that is shared is now faster and now slower: the ratios are of one round each. */
const ROUNDS = 5;
const SECONDS = { bare: 2, posted: 4 };
/** Until Node has compiled what is hot: 1,097/s after 3 s were 1,694/s after 17. */
const WARM_UP = 20;

/** Comments posted over HTTP, everything on, against the bare transaction of three statements, at the same concurrency. */
export async function benchCreate(say: (line: string) => void): Promise<void> {
  const system = await startBench({ dispatch: false });
  const api = await system.fleet.start("api");
  const poster = createPoster(api.url, system.tokens);
  const videoOf = (kind: string, videos: number) => `${kind}-${Math.floor(Math.random() * videos)}`;
  try {
    await measure(64, WARM_UP, () => poster.post(videoOf("warm", 1000)));
    for (const [name, videos] of [
      ["1,000 videos", 1000],
      ["one hot video", 1],
    ] as const) {
      for (const connections of [16, 64]) {
        const pool = createPool({ uri: system.mysqlUrl, connectionLimit: connections });
        const rounds: { bare: Figures; posted: Figures }[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          const bare = await measure(connections, SECONDS.bare, () =>
            bareWrite(pool, system.userId, videoOf(`bare-${connections}`, videos)),
          );
          const posted = await measure(connections, SECONDS.posted, () =>
            poster.post(videoOf(`api-${connections}`, videos)),
          );
          rounds.push({ bare, posted });
        }
        await pool.end();
        const of = (figure: (round: (typeof rounds)[number]) => number) => median(rounds.map(figure));
        say(
          `create, ${name}, ${connections} connections: ${of(({ posted }) => posted.perSecond).toFixed(0)}/s against ` +
            `${of(({ bare }) => bare.perSecond).toFixed(0)}/s bare: ` +
            `ratio ${of(({ bare, posted }) => posted.perSecond / bare.perSecond).toFixed(2)}; ` +
            `p99 ${ms(of(({ posted }) => posted.p99))} against ${ms(of(({ bare }) => bare.p99))}: ` +
            `${of(({ bare, posted }) => posted.p99 / bare.p99).toFixed(1)} times (medians of ${ROUNDS} rounds)`,
        );
      }
    }
  } finally {
    poster.close();
    await system.close();
  }
}

async function bareWrite(pool: ReturnType<typeof createPool>, userId: string, videoId: string): Promise<void> {
  const connection = await pool.getConnection();
  const id = randomUUID();
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
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
          "INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, answer, comment_id) VALUES (?, ?, ?, ?, ?)",
          [userId, id, Buffer.alloc(32), "x".repeat(150), id],
        );
        await connection.query("COMMIT");
        return;
      } catch (error) {
        await connection.query("ROLLBACK");
        if (attempt === 5) throw error;
      }
    }
  } finally {
    connection.release();
  }
}
