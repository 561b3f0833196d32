import { executeSnapshot } from "../../database/transactions.ts";
import { repeated, statement } from "../../database/statement.ts";
import type { Db } from "../../database/schema.ts";
import { type CommentRow, commentsQuery } from "../comments/comments.ts";
import type { VideoSettings } from "../comments/videos.ts";
import type { ChangeRange } from "./change-range.ts";

/** A video whose mirror lacks changes, as it was at one moment. */
export interface VideoToRelay extends VideoSettings {
  id: string;
  epoch: number;
  seq: number;
  applied_seq: number;
  rebuild_seq: number;
  settings_seq: number;
  behind_since: Date;
  has_quarantined: boolean;
  /** Users who are present, as counted last. */
  viewers: number;
  /** The database's time. */
  now: Date;
  /** The requested changes that are lacking, in their order: the comments as they are now. */
  changes: CommentRow[];
  /** The comments around the window's end that are not deleted, newest first: `2 * edgeSize`, after the first `windowSize - edgeSize`. */
  edge: { id: string }[];
}

/** The places around a window's end: `edgeSize` before it, and as many after it. */
export interface WindowEdge {
  windowSize: number;
  edgeSize: number;
}

/**
 * The videos that are behind, with all that an update of their new comments takes: one moment, one round trip.
 * @param db a pool that is opened for `multipleStatements`
 */
export async function findVideosToRelay(
  db: Db,
  ranges: ChangeRange[],
  windowEdge: WindowEdge,
): Promise<VideoToRelay[]> {
  const ids = ranges.map(({ id }) => id);
  // A video has at most as many comments as changes, so with fewer changes nothing is near the window's end.
  const idsNearWindowEnd = ranges
    .filter(({ lastSeq }) => lastSeq > windowEdge.windowSize - windowEdge.edgeSize)
    .map(({ id }) => id);
  const [videos = [], changes = [], edges = []] = await executeSnapshot(db, [
    behindVideosQuery(ids),
    changeRangesQuery(db, ranges),
    ...(idsNearWindowEnd.length > 0 ? [windowEdgesQuery(idsNearWindowEnd, windowEdge)] : []),
  ]);
  const changesOf = Map.groupBy(changes, ({ video_id }) => video_id);
  const edgeOf = Map.groupBy(edges, ({ video_id }) => video_id);
  return videos.map((video) => ({
    ...video,
    has_quarantined: video.has_quarantined === 1,
    viewers: Number(video.viewers),
    changes: (changesOf.get(video.id) ?? []).filter(({ seq }) => seq > video.applied_seq),
    // A union promises no order.
    edge: (edgeOf.get(video.id) ?? []).toSorted((a, b) => (a.id < b.id ? 1 : -1)),
  }));
}

/** Reads by primary key, not by is_behind: in an outage thousands are behind. */
export function behindVideosQuery(ids: string[]) {
  return statement<
    Omit<VideoToRelay, "has_quarantined" | "viewers" | "changes" | "edge"> & {
      has_quarantined: number;
      /** A text: the server takes it for a large number. */
      viewers: string;
    }
  >(
    `SELECT id, epoch, seq, applied_seq, rebuild_seq, settings_seq, behind_since,
      comments_open, slow_mode_seconds, hold_for_review, NOW(3) AS now,
      EXISTS (SELECT 1 FROM quarantined_comments FORCE INDEX (quarantined_comments_video)
        STRAIGHT_JOIN comments FORCE INDEX (PRIMARY) ON comments.id = quarantined_comments.comment_id
          AND comments.seq = quarantined_comments.seq
        WHERE quarantined_comments.video_id = videos.id) AS has_quarantined,
      COALESCE((SELECT viewers FROM audiences FORCE INDEX (PRIMARY) WHERE video_id = videos.id), 0) AS viewers
    FROM videos FORCE INDEX (PRIMARY) WHERE id IN (?) AND seq > applied_seq`,
    [ids],
  );
}

/** Reads one range of the index for each video. A join to the videos, for their `applied_seq`, could not bound the ranges. */
export function changeRangesQuery(db: Db, ranges: ChangeRange[]) {
  const range = "comments.video_id = ? AND comments.seq >= ? AND comments.seq <= ?";
  return statement<CommentRow>(
    `${commentsQuery(db, "comments_seq").compile().sql} WHERE ${repeated(range, ranges.length, " OR ")}
    ORDER BY comments.video_id, comments.seq`,
    ranges.flatMap(({ id, firstSeq, lastSeq }) => [id, firstSeq, lastSeq]),
  );
}

/** Reads the index alone. */
export function windowEdgesQuery(ids: string[], { windowSize, edgeSize }: WindowEdge) {
  const one = `(SELECT video_id, id FROM comments FORCE INDEX (comments_live) WHERE video_id = ? AND deleted_at IS NULL
    ORDER BY id DESC LIMIT ? OFFSET ?)`;
  return statement<{ video_id: string; id: string }>(
    repeated(one, ids.length, " UNION ALL "),
    ids.flatMap((id) => [id, 2 * edgeSize, windowSize - edgeSize]),
  );
}
