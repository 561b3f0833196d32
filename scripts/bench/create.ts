import { randomUUID } from "node:crypto";
import type { ResultSetHeader } from "mysql2";
import { createPool } from "mysql2/promise";
import { measure, ms } from "./figures.ts";
import { createPoster } from "./post.ts";
import { startBench } from "./system.ts";

const SECONDS = 6;
/** Until Node has compiled what is hot: 1,340/s in the first 6 s were 1,765/s in the next. */
const WARM_UP = 6;

/** Comments posted over HTTP, everything on, against the bare transaction of three statements, at the same concurrency. */
export async function benchCreate(say: (line: string) => void): Promise<void> {
  const system = await startBench({ dispatch: false });
  const api = await system.fleet.start("api");
  try {
    for (const [name, videos] of [
      ["1,000 videos", 1000],
      ["one hot video", 1],
    ] as const) {
      for (const connections of [16, 64]) {
        const videoOf = (kind: string) => `${kind}-${connections}-${Math.floor(Math.random() * videos)}`;
        const pool = createPool({ uri: system.mysqlUrl, connectionLimit: connections });
        const bare = await measure(connections, SECONDS, () => bareWrite(pool, system.userId, videoOf("bare")));
        await pool.end();
        const poster = createPoster(api.url, system.tokens);
        await measure(connections, WARM_UP, () => poster.post(videoOf("warm")));
        const posted = await measure(connections, SECONDS, () => poster.post(videoOf("api")));
        poster.close();
        const ratio = (posted.perSecond / bare.perSecond).toFixed(2);
        const slower = (posted.p99 / bare.p99).toFixed(1);
        say(
          `create, ${name}, ${connections} connections: ${posted.perSecond.toFixed(0)}/s against ` +
            `${bare.perSecond.toFixed(0)}/s bare: ratio ${ratio}; p99 ${ms(posted.p99)} against ${ms(bare.p99)}: ${slower} times`,
        );
      }
    }
  } finally {
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
