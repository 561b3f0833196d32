import type { MirroredChange } from "../../contract/comment.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { changeKey, isKey, paths } from "../../contract/realtime-paths.ts";
import type { FencedUpdate } from "../../realtime/fence.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import type { SettingsToMirror } from "./video-node.ts";

/** More changes than this are written as a full update. At most `CHANGES_KEPT`. */
export const MAX_DELTA_CHANGES = 200;
/** Characters of comments in one video's delta, roughly. A shared update has those of several videos. */
const MAX_DELTA_SIZE = 512 * 1024;

/** The step that an update makes, and what it has to know of the video. */
export interface Target {
  videoId: string;
  epoch: number;
  /** The change that the mirror holds. */
  from: number;
  /** The change that MySQL had when the rows were read. */
  to: number;
  /** Newest comments that `comments/{video_id}` holds. */
  windowSize: number;
  /** Comments that the Realtime Database does not accept as they are now. Listeners do not see them. */
  quarantined: ReadonlySet<string>;
  settings: SettingsToMirror;
  /** The number that the last requested rebuild took; 0 if there was none. */
  rebuildSeq: number;
}

/** The entry of the last change, where it has no row: it is one of the settings, or a rebuild. */
export const NO_COMMENT: MirroredChange = { no_comment: true };

/**
 * A row as `changes/{video_id}` shows it. A quarantined comment is shown as deleted, since an earlier version may be mirrored. Of a
 * tombstone only the id can be refused, so of a quarantined one nothing was ever mirrored.
 */
export function toMirroredChange(row: CommentRow, quarantined: ReadonlySet<string>): MirroredChange {
  const isQuarantined = quarantined.has(row.id);
  if (row.deleted_at) return isQuarantined ? NO_COMMENT : { id: row.id, deleted: true };
  return isQuarantined ? { id: row.id, deleted: true } : toComment(row);
}

/**
 * Replaces the mirror by the video's whole live state.
 * @param newest the newest `windowSize` comments that are not deleted
 * @param changes the rows of the last `CHANGES_KEPT` changes
 */
export function fullUpdate(target: Target, newest: CommentRow[], changes: CommentRow[]): FencedUpdate {
  const { videoId, epoch, from, to, quarantined } = target;
  const shown = newest.filter((row) => !quarantined.has(row.id));
  const comments = Object.fromEntries(shown.map((row) => [row.id, toComment(row)]));
  const rows = changes.map((row) => [changeKey(row.seq), toMirroredChange(row, quarantined)]);
  const tail = { [changeKey(to)]: NO_COMMENT, ...Object.fromEntries(rows) };
  const values = {
    [paths.comments(videoId)]: comments,
    [paths.changes(videoId)]: tail,
    [paths.video(videoId)]: target.settings.node,
  };
  return { videoId, epoch, from, to, values };
}

export interface DeltaRows {
  /** The rows with `from < seq <= to`, in order. */
  changes: CommentRow[];
  /** The comments that are not deleted, newest first: at most `2n`, after the first `windowSize - n`. */
  edge: Pick<CommentRow, "id">[];
  /** Required when a comment was edited, approved or deleted, or the settings were changed. */
  editContext?:
    | {
        /** The rows of the first `n` of the edge: a deletion lets them back into the window. */
        insideEdge: CommentRow[];
        /**
         * The seqs of all rows after `from - CHANGES_KEPT`. An entry that has no row any more was overtaken and must go: a comment's earlier
         * change, with its old content, or an earlier change of the settings. They do not begin at `target.to - CHANGES_KEPT`: an update
         * that ends before `target.to` still keeps older entries.
         */
        tailSeqs: ReadonlySet<number>;
      }
    | undefined;
}

/**
 * The changes `(from, to]` one by one, with the comments that they push out of the window or let back in. At most `MAX_DELTA_CHANGES`
 * changes. It ends earlier, at a lower `to`, when they grow too large (`MAX_DELTA_SIZE`). It leaves the mirror as `fullUpdate` would.
 *
 * Only `n = to - from` changes lie between the two states, so a comment can have left or entered the window only within `n` places of
 * its end. Those `2n` places, read in the same snapshot as the changes, are enough.
 */
export function deltaUpdate(target: Target, { changes, edge, editContext }: DeltaRows): FencedUpdate {
  const { videoId, epoch, from, quarantined, settings, rebuildSeq } = target;
  const n = target.to - from;
  const values: Record<string, unknown> = settings.seq > from ? { [paths.video(videoId)]: settings.node } : {};
  // The oldest comment of a full window: one that sorts before it is outside.
  const oldest = edge[n - 1]?.id ?? "";
  const put = (row: CommentRow, isLive: boolean) => {
    // An earlier version of a quarantined comment may be mirrored and must go. Not where its id is no key, the only reason for which a
    // tombstone is quarantined: nothing was mirrored then, and a write to that path would be refused again.
    const isQuarantined = quarantined.has(row.id);
    if (isQuarantined && (row.deleted_at || !isKey(row.id))) return;
    values[paths.comment(videoId, row.id)] = isLive && !isQuarantined ? toComment(row) : null;
  };

  const written = rowsThatFit(changes);
  const to = written.length === changes.length ? target.to : (written.at(-1)?.seq ?? target.to);

  if (changes.some((row) => row.deleted_at)) {
    for (const row of editContext?.insideEdge ?? []) put(row, true);
  }
  for (const { id } of edge.slice(n)) {
    // An id that is no key was never mirrored.
    if (isKey(id)) values[paths.comment(videoId, id)] = null;
  }
  const oldestKept = Math.max(1, from - CHANGES_KEPT + 1);
  for (let seq = oldestKept; seq <= from; seq += 1) {
    const isOvertaken = editContext !== undefined && !editContext.tailSeqs.has(seq);
    if (seq <= to - CHANGES_KEPT || isOvertaken) values[paths.change(videoId, seq)] = null;
  }
  // The entry of a change of the settings, or of a rebuild, is there only while it is the last.
  if (from === settings.seq || from === rebuildSeq) values[paths.change(videoId, from)] = null;
  values[paths.change(videoId, to)] = NO_COMMENT;
  for (const row of written) {
    put(row, row.deleted_at === null && row.id >= oldest);
    values[paths.change(videoId, row.seq)] = toMirroredChange(row, quarantined);
  }
  return { videoId, epoch, from, to, values };
}

/** The first rows, at least one, that fit into a delta. */
function rowsThatFit(rows: CommentRow[]): CommentRow[] {
  const fitting: CommentRow[] = [];
  let size = 0;
  for (const row of rows) {
    // Each comment is in the update twice; its fixed part is about 250 characters.
    size += 2 * (row.content.length + 250);
    if (size > MAX_DELTA_SIZE && fitting.length > 0) break;
    fitting.push(row);
  }
  return fitting;
}
