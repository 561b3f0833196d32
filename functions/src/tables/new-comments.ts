import { sql } from "kysely";
import type { CommentRow } from "./comments.ts";
import { newestComments } from "./comments.ts";
import type { Db } from "./schema.ts";

/** A video with what the Realtime Database lacks of it. */
export interface VideoWithChanges {
  id: string;
  epoch: number;
  seq: number;
  applied_seq: number;
  rebuild_seq: number;
  has_parked: boolean;
  /** The database's time. */
  now: Date;
  /** The rows with `seq > applied_seq`, in order; none where `seq` is more than `most` ahead. */
  changes: CommentRow[];
}

type Joined = Omit<VideoWithChanges, "changes" | "has_parked"> & {
  has_parked: number | string | boolean;
  comment_id: string | null;
  user_id: string;
  username: string;
  content: string;
  version: number;
  comment_seq: number;
  edited_at: Date | null;
  inserted_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
};

/** The videos of these that have changes, with those changes: one round trip for all. */
export async function listWithChanges(db: Db, ids: string[], most: number): Promise<VideoWithChanges[]> {
  const { rows } = await sql<Joined>`
    SELECT v.id, v.epoch, v.seq, v.applied_seq, v.rebuild_seq, NOW(3) AS now,
      EXISTS (SELECT 1 FROM parked_comments p WHERE p.video_id = v.id) AS has_parked,
      c.id AS comment_id, c.user_id, u.username, c.content, c.version, c.seq AS comment_seq,
      c.edited_at, c.inserted_at, c.updated_at, c.deleted_at
    FROM videos v
    LEFT JOIN comments c ON c.video_id = v.id AND c.seq > v.applied_seq AND v.seq <= v.applied_seq + ${most}
    LEFT JOIN users u ON u.id = c.user_id
    WHERE v.id IN (${sql.join(ids)}) AND v.seq > v.applied_seq
    ORDER BY v.id, c.seq`.execute(db);
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { id, epoch, seq, applied_seq, rebuild_seq, now } = first;
    const has_parked = Number(first.has_parked) === 1;
    return [{ id, epoch, seq, applied_seq, rebuild_seq, now, has_parked, changes: group.flatMap(toRow) }];
  });
}

function toRow(row: Joined): CommentRow[] {
  const { comment_id, comment_seq, user_id, username, content, version, edited_at } = row;
  const { inserted_at, updated_at, deleted_at } = row;
  if (comment_id === null) return [];
  const text = { user_id, username, content, version, edited_at };
  return [{ id: comment_id, video_id: row.id, seq: comment_seq, ...text, inserted_at, updated_at, deleted_at }];
}

/** `listComments` for several videos, in one round trip. */
export async function listPages(
  db: Db,
  pages: { videoId: string; limit: number; offset: number }[],
): Promise<Map<string, CommentRow[]>> {
  if (pages.length === 0) return new Map();
  const queries = pages.map(({ videoId, ...page }) => newestComments(db, videoId, page));
  const { rows } = await sql<CommentRow>`${sql.join(queries, sql` UNION ALL `)}`.execute(db);
  // A union promises no order.
  return Map.groupBy(
    rows.toSorted((a, b) => (a.id < b.id ? 1 : -1)),
    ({ video_id }) => video_id,
  );
}
