import type { CommentRow } from "../comments/comments.ts";
import { selectComments } from "../comments/comments.ts";
import { inOneSnapshot, repeated, statement } from "../../database/database.ts";
import type { Db } from "../../database/schema.ts";

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
 * @param db opened for `multipleStatements`
 */
export async function findBehind(db: Db, committed: Committed[], { window, edge }: Edge): Promise<VideoBehind[]> {
  const ids = committed.map(({ videoId }) => videoId);
  const full = committed.filter(({ last }) => last > window - edge).map(({ videoId }) => videoId);
  const [videos = [], changes = [], edges = []] = await inOneSnapshot(db, [
    selectBehind(ids),
    selectChanges(db, committed),
    ...(full.length > 0 ? [selectEdges(full, { window, edge })] : []),
  ]);
  const changesOf = Map.groupBy(changes, ({ video_id }) => video_id);
  const edgeOf = Map.groupBy(edges, ({ video_id }) => video_id);
  return videos.map((video) => ({
    ...video,
    has_parked: video.has_parked === 1,
    changes: (changesOf.get(video.id) ?? []).filter(({ seq }) => seq > video.applied_seq),
    // A union promises no order.
    edge: (edgeOf.get(video.id) ?? []).toSorted((a, b) => (a.id < b.id ? 1 : -1)),
  }));
}

export function selectBehind(ids: string[]) {
  // Not by is_behind: in an outage thousands are, and a server may take the index on it.
  return statement<Omit<VideoBehind, "has_parked" | "changes" | "edge"> & { has_parked: number }>(
    `SELECT id, epoch, seq, applied_seq, rebuild_seq, NOW(3) AS now,
      EXISTS (SELECT 1 FROM parked_comments WHERE video_id = videos.id) AS has_parked
    FROM videos WHERE id IN (?) AND seq > applied_seq`,
    [ids],
  );
}

// A range of the index for each. Joined to the videos for where they stand, MariaDB read 1,000 rows for 5.
export function selectChanges(db: Db, committed: Committed[]) {
  const range = "comments.video_id = ? AND comments.seq >= ? AND comments.seq <= ?";
  return statement<CommentRow>(
    `${selectComments(db).compile().sql} WHERE ${repeated(range, committed.length, " OR ")}
    ORDER BY comments.video_id, comments.seq`,
    committed.flatMap(({ videoId, first, last }) => [videoId, first, last]),
  );
}

/** By the index alone. */
export function selectEdges(ids: string[], { window, edge }: Edge) {
  const one = `(SELECT video_id, id FROM comments WHERE video_id = ? AND deleted_at IS NULL
    ORDER BY id DESC LIMIT ? OFFSET ?)`;
  return statement<{ video_id: string; id: string }>(
    repeated(one, ids.length, " UNION ALL "),
    ids.flatMap((id) => [id, 2 * edge, window - edge]),
  );
}
