import type { Comment } from "../realtime/comment.ts";
import type { FencedUpdate } from "../realtime/fence.ts";
import { changeKey, paths } from "../realtime/paths.ts";
import type { CommentRow } from "../tables/comments.ts";

/** Changes that `changes/{video_id}` keeps. */
export const CHANGES_KEPT = 200;
/** More changes than this are not written one by one: the video's whole live state is. Not above `CHANGES_KEPT`. */
export const DELTA_MAX = 200;
/** Characters of comments in one update, about: 512 KB. */
const SIZE_MAX = 512 * 1024;

export interface Target {
  videoId: string;
  epoch: number;
  /** The change that the Realtime Database stands at. */
  from: number;
  /** The change that MySQL stood at when the rows were read. */
  to: number;
  /** Newest comments that `comments/{video_id}` holds. */
  window: number;
}

export function toComment(row: CommentRow): Comment {
  return {
    id: row.id,
    content: row.content,
    user: { id: row.user_id, username: row.username },
    created_at: row.inserted_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
    seq: row.seq,
  };
}

function toChange(row: CommentRow): Comment | { id: string; deleted: true } {
  return row.deleted_at ? { id: row.id, deleted: true } : toComment(row);
}

/**
 * The video's whole live state, in place of whatever stands there.
 * @param newest the newest `window` comments that are not deleted
 * @param changes the rows of the last `CHANGES_KEPT` changes
 */
export function snapshotUpdate(target: Target, newest: CommentRow[], changes: CommentRow[]): FencedUpdate {
  const { videoId, epoch, from, to } = target;
  const comments = Object.fromEntries(newest.map((row) => [row.id, toComment(row)]));
  const tail = Object.fromEntries(changes.map((row) => [changeKey(row.seq), toChange(row)]));
  return { videoId, epoch, from, to, values: { [paths.comments(videoId)]: comments, [paths.changes(videoId)]: tail } };
}

/**
 * The changes `(from, to]` one by one, with what they push out of the window or let back in. At most `DELTA_MAX` of them; ends
 * earlier, at a lower `to`, when they grow too large for one update.
 *
 * Only `n = to - from` changes lie between the two states, so a comment can have left or entered the window only within `n`
 * places of its end: those `2n` places, read in the same snapshot as the changes, are all that has to be looked at.
 * @param changes the rows with `from < seq <= to`, in order
 * @param edge the comments that are not deleted, newest first, without the first `window - n`, at most `2n`
 */
export function deltaUpdate(target: Target, changes: CommentRow[], edge: CommentRow[]): FencedUpdate {
  const { videoId, epoch, from } = target;
  const n = target.to - from;
  const values: Record<string, unknown> = {};
  // The oldest comment of a full window; one that sorts before it is no longer live.
  const oldest = edge[n - 1]?.id ?? "";
  const isLive = (row: CommentRow) => row.deleted_at === null && row.id >= oldest;

  const written = fitting(changes);
  const to = written.length === changes.length ? target.to : (written.at(-1)?.seq ?? target.to);

  if (changes.some((row) => row.deleted_at)) {
    for (const row of edge.slice(0, n)) values[paths.comment(videoId, row.id)] = toComment(row);
  }
  for (const row of edge.slice(n)) values[paths.comment(videoId, row.id)] = null;
  for (let seq = Math.max(1, from - CHANGES_KEPT + 1); seq <= Math.min(from, to - CHANGES_KEPT); seq += 1) {
    values[paths.change(videoId, seq)] = null;
  }
  for (const row of written) {
    values[paths.comment(videoId, row.id)] = isLive(row) ? toComment(row) : null;
    values[paths.change(videoId, row.seq)] = toChange(row);
  }
  return { videoId, epoch, from, to, values };
}

function fitting(rows: CommentRow[]): CommentRow[] {
  let size = 0;
  // Each comment stands in the update twice; its fixed part is about 250 characters.
  const end = rows.findIndex((row) => (size += 2 * (row.content.length + 250)) > SIZE_MAX);
  return end === -1 ? rows : rows.slice(0, Math.max(1, end));
}
