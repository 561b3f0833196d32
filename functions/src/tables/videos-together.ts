import { sql } from "kysely";
import type { CommentRow } from "./comments.ts";
import { selectComments } from "./comments.ts";
import { compilable, inOneSnapshot } from "./database.ts";
import type { Db } from "./schema.ts";

/** A video that has changes which the Realtime Database lacks, as it stood at one moment. */
export interface VideoBehind {
  id: string;
  epoch: number;
  seq: number;
  applied_seq: number;
  rebuild_seq: number;
  has_parked: boolean;
  /** The database's time. */
  now: Date;
  /** Those of its next changes that were asked for, in their order: the comments as they now stand. */
  changes: CommentRow[];
  /** Of the comments that are not deleted, newest first, the `2 * edge` after the first `window - edge`. */
  edge: { id: string }[];
}

/** Changes of a video that are known to be committed, and that the Realtime Database may lack. */
export interface Committed {
  videoId: string;
  first: number;
  last: number;
}

/** Where a window ends: places before it and after it. */
export interface Edge {
  window: number;
  edge: number;
}

/**
 * Those of the videos that are behind, with what is needed to bring them up: one moment, and one round trip.
 * @param db opened for `severalStatements`
 */
export async function findBehind(db: Db, committed: Committed[], { window, edge }: Edge): Promise<VideoBehind[]> {
  const full = committed.filter(({ last }) => last > window - edge).map(({ videoId }) => videoId);
  const [videos = [], changes = [], edges = []] = await inOneSnapshot(db, [
    selectBehind(
      db,
      committed.map(({ videoId }) => videoId),
    ),
    selectChanges(db, committed),
    ...(full.length > 0 ? [selectEdges(db, full, { window, edge })] : []),
  ]);
  const changesOf = Map.groupBy(changes, ({ video_id }) => video_id);
  const edgeOf = Map.groupBy(edges, ({ video_id }) => video_id);
  return videos.map((video) => ({
    ...video,
    has_parked: Number(video.has_parked) === 1,
    changes: (changesOf.get(video.id) ?? []).filter(({ seq }) => seq > video.applied_seq),
    // A union promises no order.
    edge: (edgeOf.get(video.id) ?? []).toSorted((a, b) => (a.id < b.id ? 1 : -1)),
  }));
}

export function selectBehind(db: Db, ids: string[]) {
  // Not by is_behind: in an outage thousands are, and a server may take the index on it.
  return db
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
    .whereRef("seq", ">", "applied_seq");
}

// A range of the index for each. Joined to the videos for where they stand, MariaDB read 1,000 rows for 5.
export function selectChanges(db: Db, committed: Committed[]) {
  const ranges = committed.map(
    ({ videoId, first, last }) =>
      sql`comments.video_id = ${videoId} AND comments.seq >= ${first} AND comments.seq <= ${last}`,
  );
  return selectComments(db)
    .where(sql<boolean>`(${sql.join(ranges, sql` OR `)})`)
    .orderBy("comments.video_id")
    .orderBy("comments.seq");
}

/** By the index alone. */
export function selectEdges(db: Db, ids: string[], { window, edge }: Edge) {
  const queries = ids.map(
    (id) => sql`(SELECT video_id, id FROM comments WHERE video_id = ${id} AND deleted_at IS NULL
      ORDER BY id DESC LIMIT ${2 * edge} OFFSET ${window - edge})`,
  );
  return compilable(db, sql<{ video_id: string; id: string }>`${sql.join(queries, sql` UNION ALL `)}`);
}
