import { type CompiledQuery, sql } from "kysely";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";

export interface Measured {
  /** The index by which each table is read. The key is the table's name or alias in the query. */
  keys: Record<string, string | null>;
  /** Rows that the server read from tables, indexes and temporary tables. */
  reads: number;
  returned: number;
}

/** Opens a database on one connection, to measure the plan and the reads of the query that a function of `tables/` runs. */
export function openMeasured(url: string) {
  const queries: CompiledQuery[] = [];
  const db = openDatabase({
    url,
    connections: 1,
    // To fill it with a million comments takes long.
    timeoutMs: 600_000,
    log: ({ query }) => void queries.push(query),
  });

  async function handlerReads(): Promise<number> {
    const { rows } = await sql<{ Value: string }>`SHOW SESSION STATUS LIKE 'Handler_read%'`.execute(db);
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  async function measure(runQuery: (db: Db) => Promise<unknown>): Promise<Measured> {
    await sql`FLUSH STATUS`.execute(db);
    const before = await handlerReads();
    queries.length = 0;
    const result = await runQuery(db);
    const [query] = queries;
    const reads = (await handlerReads()) - before;
    if (!query) throw new Error("no query was run");
    const plan = await db.executeQuery<{ table: string | null; key: string | null }>({
      ...query,
      sql: `EXPLAIN FORMAT=TRADITIONAL ${query.sql}`,
    });
    const tables = plan.rows.filter(({ table }) => table !== null && !table.startsWith("<"));
    return {
      keys: Object.fromEntries(tables.map(({ table, key }) => [table, key])),
      reads,
      returned: countRows(result),
    };
  }
  return { db, measure };
}

function countRows(result: unknown): number {
  if (Array.isArray(result)) return result.length;
  if (typeof result === "object" && result !== null && "rows" in result && Array.isArray(result.rows)) {
    return result.rows.length;
  }
  return result === undefined || result === null ? 0 : 1;
}

const DIGITS =
  "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";

/** SQL for a table with a column `n` of the numbers from 0 below `count`, which is a power of ten. */
function numbers(count: number): string {
  const places = Math.round(Math.log10(count));
  const terms = Array.from({ length: places }, (_, n) => `t${n}.d * ${10 ** n}`).join(" + ");
  const tables = Array.from({ length: places }, (_, n) => `${DIGITS} AS t${n}`).join(" CROSS JOIN ");
  return `(SELECT ${terms} AS n FROM ${tables}) AS numbers`;
}

/** SQL for the id of number `n`, as `exampleId` makes it. */
const idOf = (n: string) => {
  const hex = `LPAD(HEX(${n}), 32, '0')`;
  return `LOWER(CONCAT(SUBSTR(${hex}, 1, 8), '-', SUBSTR(${hex}, 9, 4), '-', SUBSTR(${hex}, 13, 4), '-', SUBSTR(${hex}, 17, 4), '-', SUBSTR(${hex}, 21)))`;
};

/** A UUID that is the number `n`. */
export const exampleId = (n: number) =>
  n
    .toString(16)
    .padStart(32, "0")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/**
 * Fills a database with comments on the videos `v0`, `v1` … by as many users as videos. Every tenth comment is a tombstone and every
 * hundredth is reported; a tenth as many more are held for review. Each user has a device and a turn of slow mode. Both numbers are powers of ten.
 */
export async function fill(db: Db, { comments, videos }: { comments: number; videos: number }): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`INSERT INTO users (id, email, username, email_canonical, username_canonical, password_hash)
    SELECT ${idOf("n")}, CONCAT(n, '@x.org'), CONCAT('u', n), CONCAT(n, '@x.org'), CONCAT('u', n), '' FROM ${numbers(videos)}`);
  await run(
    `INSERT INTO videos (id, seq, applied_seq) SELECT CONCAT('v', n), ${comments / videos}, ${comments / videos} - IF(n IN (1, 7, 9), 5, 0) FROM ${numbers(videos)}`,
  );
  await run(`INSERT INTO username_looks (look, user_id, released_at)
    SELECT UNHEX(SHA2(n, 256)), ${idOf("n")}, IF(n MOD 10 = 0, NOW(3) - INTERVAL (n MOD 60) DAY, NULL) FROM ${numbers(videos)}`);
  // In parts that are small enough for the server to sort in memory.
  const part = Math.min(comments, 100_000);
  for (let from = 0; from < comments; from += part) {
    await run(`INSERT INTO comments (id, video_id, user_id, content, seq, first_seq, deleted_at)
      SELECT ${idOf("n")}, CONCAT('v', n MOD ${videos}), ${idOf(`(n + 3 * (n DIV ${videos})) MOD ${videos}`)}, 'What a chorus! What a chorus!',
        n DIV ${videos} + 1, n DIV ${videos} + 1, IF(n DIV ${videos} MOD 10 = 3, NOW(3) - INTERVAL (n MOD 60) DAY, NULL)
      FROM (SELECT n + ${from} AS n FROM ${numbers(part)}) AS shifted`);
  }
  await run(`INSERT INTO reports (comment_id, user_id, reason, note, is_open)
    SELECT ${idOf("n * 100")}, ${idOf(`n MOD ${videos}`)}, 'spam', '', n MOD 2 FROM ${numbers(comments / 100)}`);
  await run(`INSERT INTO held_comments (id, video_id, user_id, content, inserted_at, updated_at)
    SELECT ${idOf(`n + ${comments}`)}, CONCAT('v', n MOD ${videos}), ${idOf(`(n + 3 * (n DIV ${videos})) MOD ${videos}`)}, 'x', NOW(3), NOW(3) FROM ${numbers(comments / 10)}`);
  await run(
    `INSERT INTO bans (user_id, video_id, reason, banned_by) SELECT ${idOf(`n MOD ${videos}`)}, CONCAT('v', n DIV ${videos}), '', '' FROM ${numbers(comments / 100)}`,
  );
  await run(`INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, response, comment_id, inserted_at)
    SELECT ${idOf(`n MOD ${videos}`)}, CONCAT('k', n), REPEAT('x', 32), '{}', ${idOf("n")}, NOW(3) - INTERVAL (n MOD 48) HOUR FROM ${numbers(comments / 10)}`);
  // Every user has a device, a session on it, and ten videos that it watches.
  await run(`INSERT INTO user_devices (id, user_id, device_id, device_info) SELECT id, id, 'd', '{}' FROM users`);
  await run(`INSERT INTO sessions (id, user_id, user_device_id, expires_at, ends_at)
    SELECT id, id, id, NOW(3) + INTERVAL 1 DAY, NOW(3) + INTERVAL 1 DAY FROM users`);
  await run(`INSERT INTO watched_videos (session_id, user_id, video_id)
    SELECT ${idOf(`n MOD ${videos}`)}, ${idOf(`n MOD ${videos}`)}, CONCAT('v', n DIV ${videos}) FROM ${numbers(videos * 10)}`);
  await run(
    `INSERT INTO slow_mode_turns (user_id, video_id) SELECT ${idOf("n")}, CONCAT('v', n * 7) FROM ${numbers(videos)}`,
  );
  const filled = ["user_devices", "sessions", "watched_videos", "slow_mode_turns", "username_looks"];
  for (const table of [
    ...filled,
    "users",
    "videos",
    "comments",
    "reports",
    "held_comments",
    "bans",
    "idempotency_keys",
  ]) {
    await run(`ANALYZE TABLE ${table}`);
  }
}
