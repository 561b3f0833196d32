import { toComment } from "../../tables/comments/to-comment.ts";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import type { Change, ChangePage, CommentPage } from "../../contract/comment.ts";
import { readChanges, readNewest } from "../../tables/comments/comment-pages.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { findVideo } from "../../tables/comments/videos.ts";

/** What a reader asks of any answer about a video. */
export interface ReadOptions {
  /** The change that the reader has already seen (`Min-Video-Seq`): the answer is not older. */
  minSeq?: number | undefined;
  /** Whether a tag is among those that the reader already has (`If-None-Match`). */
  matchesTag?: ((tag: string) => boolean) | undefined;
}

/** The reader holds the answer already. */
export interface Unchanged {
  unchanged: true;
  seq: number;
  tag: string;
}

/**
 * A page of a video's comments, newest first. Pages stay whole while comments come and go: a cursor is a place, not a count.
 * @throws ProblemError `must_refetch`
 */
export async function listComments(
  context: Context,
  videoId: string,
  page: { limit: number; cursor?: string | undefined },
  options: ReadOptions = {},
): Promise<Unchanged | { unchanged: false; tag: string; page: CommentPage }> {
  const held = await findHeldTag(context, videoId, options);
  if (held) return held;
  const { rows, ...video } = await readNewest(context.db, videoId, { before: page.cursor, limit: page.limit + 1 });
  checkNotAhead(video.seq, options.minSeq);
  const comments = rows.slice(0, page.limit).map(toComment);
  const next_cursor = rows.length > page.limit ? (comments.at(-1)?.id ?? null) : null;
  return { unchanged: false, tag: tagOf(video), page: { comments, next_cursor, seq: video.seq } };
}

/**
 * The changes after `after`, in their order, each comment once and as it now stands.
 * @throws ProblemError `must_refetch` where `after` is older than the feed, or later than the video
 */
export async function listChanges(
  context: Context,
  videoId: string,
  { after, limit }: { after: number; limit: number },
  options: ReadOptions = {},
): Promise<Unchanged | { unchanged: false; tag: string; videoSeq: number; page: ChangePage }> {
  const held = await findHeldTag(context, videoId, options);
  if (held) return held;
  const { rows, ...video } = await readChanges(context.db, videoId, after, limit + 1);
  checkNotAhead(video.seq, after);
  checkNotAhead(video.seq, options.minSeq);
  if (after < video.floor) {
    throw new ProblemError("must_refetch", { detail: `The feed of this video begins after ${video.floor}.` });
  }
  const page = rows.slice(0, limit);
  const up_to_date = rows.length <= limit;
  const seq = up_to_date ? video.seq : (page.at(-1)?.seq ?? after);
  return {
    unchanged: false,
    tag: tagOf(video),
    videoSeq: video.seq,
    page: { changes: page.map(toChange), seq, up_to_date },
  };
}

function toChange(row: CommentRow): Change {
  return row.deleted_at ? { id: row.id, seq: row.seq, deleted: true } : toComment(row);
}

// The video's row alone says whether anything has changed.
async function findHeldTag(context: Context, videoId: string, options: ReadOptions): Promise<Unchanged | undefined> {
  if (!options.matchesTag) return undefined;
  const video = await findVideo(context.db, videoId);
  const seq = video?.seq ?? 0;
  const tag = tagOf({ seq, epoch: video?.epoch ?? 1, floor: video?.floor_seq ?? 0 });
  if (!options.matchesTag(tag)) return undefined;
  checkNotAhead(seq, options.minSeq);
  return { unchanged: true, seq, tag };
}

// The epoch moves when MySQL was taken back to an earlier state, and the numbers are given a second time.
const tagOf = (video: { seq: number; epoch: number; floor: number }) => `${video.epoch}-${video.seq}-${video.floor}`;

/** A number that the video has not reached was never given out, or MySQL was taken back: what the client holds is void. */
export function checkNotAhead(seq: number, seen: number | undefined): void {
  if (seen === undefined || seen <= seq) return;
  throw new ProblemError("must_refetch", { detail: `The video is at change ${seq}.` });
}
