import { sql } from "kysely";
import type { Db } from "../../../../functions/src/database/schema.ts";
import { idOf, numbers } from "./numbers.ts";

/** How the data of a database is distributed. The video `v0` and the user `exampleId(0)` are the ones that the queries ask for. */
export interface Shape {
  name: string;
  comments: number;
  users: number;
  /** SQL for the video of comment `n`. */
  videoOf: string;
  videos: number;
  /** SQL for whether comment `n` is deleted. */
  isDeleted: string;
}

export function shapes(comments: number): Shape[] {
  const most = "IF(n MOD 10 = 9, CONCAT('v', 1 + n DIV 10 MOD 99), 'v0')";
  const small = Math.ceil(comments / 20);
  return [
    {
      name: "one large video, 5,000 users",
      comments,
      users: 5_000,
      videoOf: most,
      videos: 100,
      isDeleted: "n MOD 10 = 3",
    },
    { name: "one user", comments: small, users: 1, videoOf: most, videos: 100, isDeleted: "n MOD 10 = 3" },
    {
      name: "nearly all comments deleted",
      comments: small,
      users: 1_000,
      videoOf: most,
      videos: 100,
      isDeleted: "n >= 200",
    },
    {
      name: "many small videos",
      comments: small,
      users: 1_000,
      videoOf: "CONCAT('v', n MOD 1000)",
      videos: 1_000,
      isDeleted: "n MOD 10 = 3",
    },
    { name: "empty tables", comments: 0, users: 0, videoOf: "'v0'", videos: 0, isDeleted: "0" },
  ];
}

/** Rows of each table that is small beside the comments: many more than a query may read beyond what it returns. */
export const OTHERS = 3_000;

export const TABLES = [
  "users",
  "user_devices",
  "sessions",
  "watched_videos",
  "user_mirrors",
  "user_renames",
  "username_looks",
  "audit_log",
  "rate_limits",
  "alerts",
  "heartbeats",
  "videos",
  "comments",
  "comment_revisions",
  "held_comments",
  "idempotency_keys",
  "slow_mode_turns",
  "bans",
  "reports",
  "quarantined_comments",
  "audiences",
  "minute_counts",
];

/** Fills an empty database. */
export async function fill(db: Db, shape: Shape): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // So that the servers do not collect statistics by themselves while the test runs.
  for (const table of TABLES) await run(`ALTER TABLE ${table} STATS_PERSISTENT = 1, STATS_AUTO_RECALC = 0`);
  if (shape.comments === 0) return;
  await run("SET SESSION foreign_key_checks = 0, unique_checks = 0");

  const { comments, users, videos } = shape;
  const user = idOf(`n MOD ${users}`);
  await run(`INSERT INTO users (id, email, username, email_canonical, username_canonical, password_hash, role, looks_version)
    SELECT ${idOf("n")}, CONCAT(n, '@x.org'), CONCAT('u', n), CONCAT(n, '@x.org'), CONCAT('u', n), '', IF(n MOD 1000 = 5, 'admin', 'user'), n MOD 100 > 0
    FROM ${numbers(users)}`);
  await run(`INSERT INTO videos (id, seq, applied_seq, attempted_at, reconciled_at, enqueued_seq, enqueued_at)
    SELECT CONCAT('v', n), ${comments}, ${comments} - IF(n IN (0, 7, 9), 20, 0), NOW(3) - INTERVAL n MINUTE, NOW(3) - INTERVAL n MINUTE,
      ${comments}, NOW(3) + INTERVAL 1 HOUR
    FROM ${numbers(videos)}`);
  // In parts that are small enough for the server to sort in memory.
  for (let from = 0; from < comments; from += 100_000) {
    await run(`INSERT INTO comments (id, video_id, user_id, content, seq, first_seq, deleted_at)
      SELECT ${idOf("n")}, ${shape.videoOf}, ${user}, 'What a chorus! What a chorus!', n + 1, n + 1,
        IF(${shape.isDeleted}, NOW(3) - INTERVAL (n MOD 60) DAY, NULL)
      FROM (SELECT n + ${from} AS n FROM ${numbers(Math.min(100_000, comments - from))}) AS shifted ORDER BY n`);
  }
  const insert = (into: string, values: string, count = OTHERS) =>
    run(`INSERT INTO ${into} SELECT ${values} FROM ${numbers(count)}`);
  await insert(
    "comment_revisions (comment_id, version, content, inserted_at)",
    `${idOf("n DIV 3")}, n MOD 3 + 2, 'x', NOW(3)`,
  );
  await insert(
    "held_comments (id, video_id, user_id, content, inserted_at, updated_at)",
    `${idOf(`n + ${comments}`)}, ${shape.videoOf}, ${user}, 'x', NOW(3), NOW(3)`,
  );
  await insert(
    "idempotency_keys (user_id, idempotency_key, fingerprint, response, comment_id, inserted_at)",
    `${user}, CONCAT('k', n), REPEAT('x', 32), '{}', ${idOf("n")}, NOW(3) - INTERVAL (n MOD 48) HOUR`,
  );
  await insert(
    "reports (comment_id, user_id, reason, note, is_open)",
    `${idOf("n DIV 3")}, ${idOf("n MOD 3")}, 'spam', '', n MOD 2`,
  );
  await insert(
    "bans (user_id, video_id, reason, banned_by)",
    `${idOf("n DIV 3")}, IF(n MOD 3 = 0, '', CONCAT('v', n MOD 3 - 1)), '', ''`,
  );
  await insert(
    "quarantined_comments (comment_id, video_id, seq, reason)",
    `${idOf("n * 5")}, IF(n < 20, 'v0', CONCAT('v', n)), n * 5 + 1, ''`,
    500,
  );
  await insert(
    "slow_mode_turns (user_id, video_id, taken_at)",
    `${idOf("n DIV 3")}, CONCAT('v', n MOD 3), NOW(3) - INTERVAL n MINUTE`,
  );
  await insert(
    "username_looks (look, user_id, released_at)",
    `UNHEX(SHA2(n, 256)), ${idOf("n DIV 2")}, IF(n MOD 10 = 0, NOW(3) - INTERVAL (n MOD 60) DAY, NULL)`,
  );
  await insert(
    "user_mirrors (user_id, seq, applied_seq, attempted_at, reconciled_at)",
    `${idOf("n")}, 9, IF(n MOD 100 = 0, 5, 9), NOW(3) - INTERVAL n MINUTE, NOW(3) - INTERVAL n MINUTE`,
  );
  await insert(
    "audiences (video_id, viewers, watched_at, due_at)",
    "CONCAT('v', n), n, NOW(3) - INTERVAL 2 MINUTE, IF(n MOD 100 = 0, NOW(3) - INTERVAL 60 + n SECOND, NOW(3) + INTERVAL 1 HOUR)",
  );
  await insert("minute_counts (minute, metric, label, count)", "NOW() - INTERVAL n MINUTE, 'sync_latency', '5', n");
  await insert("user_renames (user_id, moved_at)", `${idOf("n")}, NOW(6) - INTERVAL n MINUTE`);
  await insert(
    "audit_log (id, action, actor_id, target_type, target_id, details, inserted_at, address)",
    `${idOf("n")}, CONCAT('a', n DIV 30), ${idOf("n DIV 30")}, 'user', ${idOf("n DIV 30")}, '{}', NOW(3) - INTERVAL (100 - n DIV 30) DAY, '::1'`,
  );
  await insert("rate_limits (`key`, points, expire)", "CONCAT('k', n), 1, n");
  await run("INSERT INTO heartbeats (id, database_id, beaten_at) VALUES (1, 'here', NOW(3) - INTERVAL 1 MINUTE)");
  await insert("alerts (name, sent_at)", "CONCAT('a', n), NOW(3) - INTERVAL n MINUTE");
  // Every user has three devices, a session on each, and what those watch.
  const byDevice = `${idOf("n")}, ${idOf("n DIV 3")}`;
  await insert(
    "user_devices (id, user_id, device_id, device_info, last_seen_at)",
    `${byDevice}, CONCAT('d', n), '{}', NOW(3) - INTERVAL 1 DAY`,
  );
  await insert(
    "sessions (id, user_id, user_device_id, expires_at, ends_at, revoked_at, revoked_seq)",
    `${byDevice}, ${idOf("n")}, NOW(3) + INTERVAL IF(n MOD 90 = 1, -1, 1) DAY, NOW(3) + INTERVAL IF(n MOD 90 = 4, -60, 1) DAY,
      IF(n MOD 3 = 2, NOW(3), NULL), IF(n MOD 3 = 2, 5, NULL)`,
  );
  await insert(
    "watched_videos (session_id, user_id, video_id, watched_at)",
    `${byDevice}, 'v0', NOW(3) - INTERVAL n MINUTE`,
  );
  await run("SET SESSION foreign_key_checks = 1, unique_checks = 1");
}

/** What the server believes of the tables: how they are, how they were when empty, a thousand times as large, or nothing. */
export const STATISTICS = [
  "fresh",
  "from when the tables were empty",
  "of tables a thousand times as large",
  "absent",
] as const;

export type Statistics = (typeof STATISTICS)[number];

export async function setStatistics(db: Db, statistics: Statistics): Promise<void> {
  const ofTables = sql`database_name = DATABASE() AND table_name IN (${sql.join(TABLES)})`;
  const inTables = sql.join(TABLES.map((table) => sql.table(table)));
  await sql`ANALYZE TABLE ${inTables}`.execute(db);
  if (statistics === "from when the tables were empty") {
    await sql`UPDATE mysql.innodb_table_stats SET n_rows = 0, clustered_index_size = 1 WHERE ${ofTables}`.execute(db);
    await sql`UPDATE mysql.innodb_index_stats SET stat_value = IF(stat_name LIKE 'n_diff%', 0, 1)
      WHERE ${ofTables}`.execute(db);
  }
  if (statistics === "of tables a thousand times as large") {
    await sql`UPDATE mysql.innodb_table_stats SET n_rows = n_rows * 1000,
      clustered_index_size = clustered_index_size * 1000 WHERE ${ofTables}`.execute(db);
    await sql`UPDATE mysql.innodb_index_stats SET stat_value = stat_value * 1000 WHERE ${ofTables}`.execute(db);
  }
  if (statistics === "absent") {
    await sql`DELETE FROM mysql.innodb_index_stats WHERE ${ofTables}`.execute(db);
    await sql`DELETE FROM mysql.innodb_table_stats WHERE ${ofTables}`.execute(db);
  }
  await sql`FLUSH TABLES ${inTables}`.execute(db);
  // The server reads a table's statistics when it opens the table. Those reads count too, and are not the query's.
  for (const table of TABLES) await sql`SELECT 1 FROM ${sql.table(table)} LIMIT 1`.execute(db);
}
