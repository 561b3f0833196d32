import { type Statement, repeated, statement } from "../../database/statement.ts";

/** What decides whether a post is allowed, and how it is written. Read without a lock: the write checks `settingsVersion` again. */
export interface PostingState {
  /** The database's time. */
  now: Date;
  /** Whether the video is known: somebody posted on it or watched it, or a moderator changed or registered it. */
  isVideoKnown: boolean;
  commentsOpen: boolean;
  slowModeSeconds: number;
  holdForReview: boolean;
  settingsVersion: number;
  isBanned: boolean;
  /** The response to an earlier request with the same Idempotency-Key. */
  saved: SavedResponse | undefined;
}

export interface SavedResponse {
  fingerprint: Buffer;
  /** JSON text. */
  response: string;
  /** The comment's first change number; 0 for one that was held for review. */
  firstSeq: number;
}

/** What the posting state of a post is looked up by. */
export interface PostKey {
  userId: string;
  videoId: string;
  idempotencyKey: string;
}

// Servers differ in whether the value of an expression is a number, a decimal or a boolean.
type Expression = number | string | boolean;

interface Row {
  n: number;
  now: Date;
  is_video_known: Expression;
  comments_open: Expression;
  slow_mode_seconds: Expression;
  hold_for_review: Expression;
  settings_version: Expression;
  is_banned: Expression;
  fingerprint: Buffer | null;
  response: string;
  first_seq: Expression;
}

/** A value of the derived table must compare like the column that it is joined to, or the join uses no index. */
const ascii = (name: string) => `CONVERT(? USING ascii) COLLATE ascii_bin AS ${name}`;

/** The posting state of each post; `n` is its index in `keys`. Reads by primary keys only. */
export function postingStateQuery(keys: PostKey[]): Statement<Row> {
  const post = `SELECT ? AS n, ${ascii("user_id")}, ${ascii("video_id")}, ${ascii("idempotency_key")}`;
  return statement<Row>(
    `SELECT post.n, NOW(3) AS now, v.id IS NOT NULL AS is_video_known,
      COALESCE(v.comments_open, 1) AS comments_open, COALESCE(v.slow_mode_seconds, 0) AS slow_mode_seconds,
      COALESCE(v.hold_for_review, 0) AS hold_for_review, COALESCE(v.settings_version, 0) AS settings_version,
      EXISTS (SELECT 1 FROM bans FORCE INDEX (PRIMARY) WHERE bans.user_id = post.user_id AND bans.video_id IN ('', post.video_id)
        AND (ends_at IS NULL OR ends_at > NOW(3))) AS is_banned,
      k.fingerprint, k.response, COALESCE(c.first_seq, 0) AS first_seq
    FROM (${repeated(post, keys.length, " UNION ALL ")}) AS post
    LEFT JOIN idempotency_keys k FORCE INDEX (PRIMARY) ON k.user_id = post.user_id AND k.idempotency_key = post.idempotency_key
    LEFT JOIN comments c FORCE INDEX (PRIMARY) ON c.id = k.comment_id
    LEFT JOIN videos v FORCE INDEX (PRIMARY) ON v.id = post.video_id`,
    keys.flatMap(({ userId, videoId, idempotencyKey }, n) => [n, userId, videoId, idempotencyKey]),
  );
}

export function toPostingState(row: Row): PostingState {
  const { now, fingerprint, response, first_seq } = row;
  return {
    now,
    isVideoKnown: Number(row.is_video_known) === 1,
    commentsOpen: Number(row.comments_open) === 1,
    slowModeSeconds: Number(row.slow_mode_seconds),
    holdForReview: Number(row.hold_for_review) === 1,
    settingsVersion: Number(row.settings_version),
    isBanned: Number(row.is_banned) === 1,
    saved: fingerprint ? { fingerprint, response, firstSeq: Number(first_seq) } : undefined,
  };
}
