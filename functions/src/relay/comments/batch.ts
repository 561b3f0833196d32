import type { MirroredChange } from "../../contract/comment.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import type { FencedUpdate } from "../../realtime/fence.ts";
import { changeKey, isKey, paths } from "../../contract/realtime-paths.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";

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
  /** Comments that the Realtime Database refuses as they now stand: to listeners they are not there. */
  parked: ReadonlySet<string>;
}

/** A row as it stands in `changes/{video_id}`. A refused comment is as good as deleted; of a refused tombstone nothing is written. */
export function toChange(row: CommentRow, parked: ReadonlySet<string>): MirroredChange | null {
  const refused = parked.has(row.id);
  if (row.deleted_at) return refused ? null : { id: row.id, deleted: true };
  return refused ? { id: row.id, deleted: true } : toComment(row);
}

/**
 * The video's whole live state, in place of whatever stands there.
 * @param newest the newest `window` comments that are not deleted
 * @param changes the rows of the last `CHANGES_KEPT` changes
 */
export function snapshotUpdate(target: Target, newest: CommentRow[], changes: CommentRow[]): FencedUpdate {
  const { videoId, epoch, from, to, parked } = target;
  const shown = newest.filter((row) => !parked.has(row.id));
  const comments = Object.fromEntries(shown.map((row) => [row.id, toComment(row)]));
  const tail = Object.fromEntries(changes.map((row) => [changeKey(row.seq), toChange(row, parked)]));
  return { videoId, epoch, from, to, values: { [paths.comments(videoId)]: comments, [paths.changes(videoId)]: tail } };
}

/**
 * The changes `(from, to]` one by one, with what they push out of the window or let back in. At most `DELTA_MAX` of them; ends
 * earlier, at a lower `to`, when they grow too large for one update. After it the places are as `snapshotUpdate` would leave them.
 *
 * Only `n = to - from` changes lie between the two states, so a comment can have left or entered the window only within `n`
 * places of its end: those `2n` places, read in the same snapshot as the changes, are all that has to be looked at.
 * @param changes the rows with `from < seq <= to`, in order
 * @param edge the comments that are not deleted, newest first, without the first `window - n`, at most `2n`
 * @param older what else is needed when a comment was edited or deleted. `inside`: the rows of the first `n` of the edge, which a
 * deletion lets back in. `tail`: the seqs of all rows in `(to - CHANGES_KEPT, to]`, for the comment's earlier change, with what it
 * said, still stands among the changes
 */
export function deltaUpdate(
  target: Target,
  changes: CommentRow[],
  edge: Pick<CommentRow, "id">[],
  older?: { inside: CommentRow[]; tail: ReadonlySet<number> },
): FencedUpdate {
  const { videoId, epoch, from, parked } = target;
  const n = target.to - from;
  const values: Record<string, unknown> = {};
  // The oldest comment of a full window; one that sorts before it is no longer live.
  const oldest = edge[n - 1]?.id ?? "";
  const put = (row: CommentRow, live: boolean) => {
    // Of a refused comment an earlier version may stand there and has to go, unless its place is what is refused.
    const refused = parked.has(row.id);
    if (refused && (row.deleted_at || !isKey(row.id))) return;
    values[paths.comment(videoId, row.id)] = live && !refused ? toComment(row) : null;
  };

  const written = fitting(changes);
  const to = written.length === changes.length ? target.to : (written.at(-1)?.seq ?? target.to);

  if (changes.some((row) => row.deleted_at)) {
    for (const row of older?.inside ?? []) put(row, true);
  }
  for (const { id } of edge.slice(n)) {
    // What is no key was never there.
    if (isKey(id)) values[paths.comment(videoId, id)] = null;
  }
  for (let seq = Math.max(1, from - CHANGES_KEPT + 1); seq <= from; seq += 1) {
    if (seq <= to - CHANGES_KEPT || (older && !older.tail.has(seq))) values[paths.change(videoId, seq)] = null;
  }
  for (const row of written) {
    put(row, row.deleted_at === null && row.id >= oldest);
    values[paths.change(videoId, row.seq)] = toChange(row, parked);
  }
  return { videoId, epoch, from, to, values };
}

function fitting(rows: CommentRow[]): CommentRow[] {
  let size = 0;
  // Each comment stands in the update twice; its fixed part is about 250 characters.
  const end = rows.findIndex((row) => (size += 2 * (row.content.length + 250)) > SIZE_MAX);
  return end === -1 ? rows : rows.slice(0, Math.max(1, end));
}
