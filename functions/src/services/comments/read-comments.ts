import type { VideoPage } from "../../caching/page-cache.ts";
import type { Change, ChangePage, CommentPage } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import type { Db } from "../../database/schema.ts";
import { ProblemError } from "../../errors.ts";
import { readChanges, readNewest } from "../../tables/comments/comment-pages.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import type { VideoState } from "../../tables/comments/videos.ts";
import { pageOf } from "../paging.ts";

/** What a reader requires of a response about a video. */
export interface ReadOptions {
  /** The change that the reader has already seen (`Min-Video-Seq`). The response is not older. */
  minSeq?: number | undefined;
  /** Whether the reader sent a token, and so may have written. */
  hasToken?: boolean | undefined;
  /** Whether the reader already has the response with this tag (`If-None-Match`). */
  matchesTag?: ((tag: string) => boolean) | undefined;
}

/** The reader already has the current response. */
export interface Unchanged {
  unchanged: true;
  seq: number;
  tag: string;
}

/**
 * A page of a video's comments, newest first. It may come from a replica.
 * @throws ProblemError `must_refetch`
 */
export async function listComments(
  context: Context,
  videoId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  options: ReadOptions = {},
): Promise<Unchanged | ({ unchanged: false } & VideoPage)> {
  return context.videoReader.read({ videoId, ...options }, async ({ name: server, db, findVideoState }) => {
    const state = await findVideoState(videoId);
    const unchanged = findUnchanged(state, options);
    if (unchanged) return unchanged;
    const read = () => readPage(db, videoId, { limit, cursor });
    // Most readers want the newest page; an older one is read by few.
    const isNewest = cursor === undefined;
    const key = { videoId, limit, tag: tagOf(state), server };
    const page = await (isNewest ? context.newestPages.read(key, read) : read());
    checkSeen(page.seq, options.minSeq);
    return { unchanged: false, ...page };
  });
}

async function readPage(
  db: Db,
  videoId: string,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<VideoPage> {
  const { rows, ...state } = await readNewest(db, videoId, { before: cursor, limit: limit + 1 });
  const { items, nextCursor } = pageOf(rows, limit, { toItem: toComment, cursorOf: ({ id }) => id });
  const page: CommentPage = { comments: items, next_cursor: nextCursor, seq: state.seq };
  return { seq: state.seq, tag: tagOf(state), json: JSON.stringify(page) };
}

/**
 * The changes after `after` in their order, each comment once and as it is now. They may come from a replica.
 * @throws ProblemError `must_refetch` if `after` is older than the feed or later than the video
 */
export async function listChanges(
  context: Context,
  videoId: string,
  { after, limit }: { after: number; limit: number },
  options: ReadOptions = {},
): Promise<Unchanged | { unchanged: false; tag: string; seq: number; page: ChangePage }> {
  return context.videoReader.read({ videoId, ...options }, async ({ db, findVideoState }) => {
    const unchanged = options.matchesTag && findUnchanged(await findVideoState(videoId), options);
    if (unchanged) return unchanged;
    const { rows, ...video } = await readChanges(db, videoId, after, limit + 1);
    checkSeen(video.seq, after);
    checkSeen(video.seq, options.minSeq);
    if (after < video.floor) {
      throw new ProblemError("must_refetch", { detail: `The feed of this video begins after ${video.floor}.` });
    }
    return {
      unchanged: false,
      tag: tagOf(video),
      seq: video.seq,
      page: toPage(rows, { after, limit, seq: video.seq }),
    };
  });
}

/** @param rows one more than `limit`, if there are so many */
function toPage(rows: CommentRow[], { after, limit, seq }: { after: number; limit: number; seq: number }): ChangePage {
  const changes = rows.slice(0, limit);
  const isUpToDate = rows.length <= limit;
  return {
    changes: changes.map(toChange),
    seq: isUpToDate ? seq : (changes.at(-1)?.seq ?? after),
    up_to_date: isUpToDate,
  };
}

function toChange(row: CommentRow): Change {
  return row.deleted_at ? { id: row.id, seq: row.seq, deleted: true } : toComment(row);
}

/** Compares the reader's tags with the video's row, which tells whether anything changed but an author's name or role (decision 119). */
function findUnchanged(state: VideoState, { matchesTag, minSeq }: ReadOptions): Unchanged | undefined {
  const tag = tagOf(state);
  if (!matchesTag?.(tag)) return undefined;
  checkSeen(state.seq, minSeq);
  return { unchanged: true, seq: state.seq, tag };
}

/** The epoch is part of the tag: after MySQL was restored to an earlier state, change numbers are given out a second time. */
const tagOf = ({ epoch, seq, floor }: VideoState) => `${epoch}-${seq}-${floor}`;

/**
 * Checks a change number that a reader has seen. If the video has not reached it, MySQL was restored to an earlier state, and what the
 * reader has is void.
 * @throws ProblemError `must_refetch`
 */
export function checkSeen(seq: number, seen: number | undefined): void {
  if (seen === undefined || seen <= seq) return;
  throw new ProblemError("must_refetch", { detail: `The video is at change ${seq}.` });
}
