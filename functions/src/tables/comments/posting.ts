import { sql } from "kysely";
import { repeated, statement } from "../../database/database.ts";
import type { Db } from "../../database/schema.ts";

/** All that is to be known before a post's transaction begins: no lock, and one round trip for many posts. */
export interface Posting {
  /** The database's time. */
  now: Date;
  comments_open: boolean;
  slow_mode_seconds: number;
  hold_for_review: boolean;
  settings_version: number;
  is_banned: boolean;
  /** What an earlier request with the same key was answered. */
  saved: SavedAnswer | undefined;
}

export interface SavedAnswer {
  fingerprint: Buffer;
  /** JSON text. */
  answer: string;
  /** 0 for a comment that was held. */
  first_seq: number;
}

// Of an expression it depends on the server whether its type is a number, a decimal or a boolean.
type Expression = number | string | boolean;

interface Row {
  n: number;
  now: Date;
  comments_open: Expression;
  slow_mode_seconds: Expression;
  hold_for_review: Expression;
  settings_version: Expression;
  is_banned: Expression;
  fingerprint: Buffer | null;
  answer: string;
  first_seq: Expression;
}

export interface PostingQuery {
  userId: string;
  videoId: string;
  idempotencyKey: string;
}

/** A row of the derived table has no index to be read by, so what is looked up by it must compare as the columns do. */
const ascii = (name: string) => `CONVERT(? USING ascii) COLLATE ascii_bin AS ${name}`;

/** For each post what is to be known of it; `n` is its place among them. */
export function selectPostings(posts: PostingQuery[]) {
  const asked = `SELECT ? AS n, ${ascii("user_id")}, ${ascii("video_id")}, ${ascii("idempotency_key")}`;
  return statement<Row>(
    `SELECT asked.n, NOW(3) AS now,
      COALESCE(v.comments_open, 1) AS comments_open, COALESCE(v.slow_mode_seconds, 0) AS slow_mode_seconds,
      COALESCE(v.hold_for_review, 0) AS hold_for_review, COALESCE(v.settings_version, 0) AS settings_version,
      EXISTS (SELECT 1 FROM bans WHERE bans.user_id = asked.user_id AND bans.video_id IN ('', asked.video_id)
        AND (ends_at IS NULL OR ends_at > NOW(3))) AS is_banned,
      k.fingerprint, k.answer, COALESCE(c.first_seq, 0) AS first_seq
    FROM (${repeated(asked, posts.length, " UNION ALL ")}) AS asked
    LEFT JOIN idempotency_keys k ON k.user_id = asked.user_id AND k.idempotency_key = asked.idempotency_key
    LEFT JOIN comments c ON c.id = k.comment_id
    LEFT JOIN videos v ON v.id = asked.video_id`,
    posts.flatMap(({ userId, videoId, idempotencyKey }, n) => [n, userId, videoId, idempotencyKey]),
  );
}

export function toPosting(row: Row): Posting {
  const { now, fingerprint, answer, first_seq } = row;
  return {
    now,
    comments_open: Number(row.comments_open) === 1,
    slow_mode_seconds: Number(row.slow_mode_seconds),
    hold_for_review: Number(row.hold_for_review) === 1,
    settings_version: Number(row.settings_version),
    is_banned: Number(row.is_banned) === 1,
    saved: fingerprint ? { fingerprint, answer, first_seq: Number(first_seq) } : undefined,
  };
}

/** When the user last posted on the video, held comments too; read under the video's lock, it is the last word. */
export async function secondsSinceLastPost(db: Db, userId: string, videoId: string): Promise<number | null> {
  const { rows } = await sql<{ seconds: string | null }>`
    SELECT TIMESTAMPDIFF(MICROSECOND, MAX(inserted_at), NOW(3)) / 1000000 AS seconds FROM (
      (SELECT inserted_at FROM comments WHERE user_id = ${userId} AND video_id = ${videoId} ORDER BY id DESC LIMIT 1)
      UNION ALL
      (SELECT inserted_at FROM held_comments WHERE user_id = ${userId} AND video_id = ${videoId} ORDER BY id DESC LIMIT 1)
    ) AS last`.execute(db);
  const seconds = rows[0]?.seconds ?? null;
  return seconds === null ? null : Number(seconds);
}
