import { sql } from "kysely";
import type { CommentRow } from "./comments.ts";
import { newestComments } from "./comments.ts";
import type { Db } from "./schema.ts";

/** A video that has changes which the Realtime Database lacks. */
export interface VideoBehind {
  id: string;
  epoch: number;
  seq: number;
  applied_seq: number;
  rebuild_seq: number;
  has_parked: boolean;
  /** The database's time. */
  now: Date;
}

/** Those of the videos that are behind. */
export async function findBehind(db: Db, ids: string[]): Promise<VideoBehind[]> {
  // Not by is_behind: in an outage thousands are, and a server may take the index on it.
  const rows = await db
    .selectFrom("videos")
    .select((select) => [
      "id",
      "epoch",
      "seq",
      "applied_seq",
      "rebuild_seq",
      sql<Date>`NOW(3)`.as("now"),
      select
        .exists(select.selectFrom("parked_comments").select("video_id").whereRef("video_id", "=", "videos.id"))
        .as("has_parked"),
    ])
    .where("id", "in", ids)
    .whereRef("seq", ">", "applied_seq")
    .execute();
  return rows.map((row) => ({ ...row, has_parked: Number(row.has_parked) === 1 }));
}

/** `listComments` of several videos, in one round trip: each by its own index. */
export async function listCommentsTogether(
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
