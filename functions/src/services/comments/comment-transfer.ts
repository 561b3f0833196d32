import { toComment } from "../../tables/comments/to-comment.ts";
import { randomBytes } from "node:crypto";
import type { Context } from "../../context.ts";
import type { Comment } from "../../contract/comment.ts";
import {
  countOldest,
  findMissingUsers,
  findPlaces,
  insertImported,
  insertStandIns,
  listOldest,
} from "../../tables/comments/comment-imports.ts";
import { transact } from "../../database/database.ts";
import { takeSeqs } from "../../tables/comments/videos.ts";

const PAGE = 500;

/** Records that are read as they are taken. */
export interface Export {
  /** How many there were when it began. */
  total: number;
  records: AsyncIterable<object>;
}

/** A video's comments, oldest first: those after the id `after`, if given. */
export async function exportComments(context: Context, videoId: string, after?: string): Promise<Export> {
  return { total: await countOldest(context.db, videoId, after), records: commentsOf(context, videoId, after) };
}

async function* commentsOf(context: Context, videoId: string, after?: string): AsyncGenerator<Comment> {
  for (let cursor = after; ;) {
    const rows = await listOldest(context.db, videoId, { after: cursor, limit: PAGE });
    for (const row of rows) yield toComment(row);
    if (rows.length < PAGE) return;
    cursor = rows.at(-1)?.id;
  }
}

export type Imported = Omit<Comment, "seq" | "held">;

/**
 * Adds comments to a video, some hundreds in one transaction, as its next changes; listeners see them. One that is there already,
 * or was deleted, is left alone, so it is safe to repeat. Users who are not there get an account that nobody can sign in to.
 * @returns how many were new
 * @throws Error when a comment is on another video
 */
export async function importComments(context: Context, videoId: string, comments: Imported[]): Promise<number> {
  const users = new Map(comments.map(({ user }) => [user.id, user]));
  const missing = await findMissingUsers(context.db, Array.from(users.keys()));
  if (missing.length > 0) {
    const hash = await context.passwords.hash(randomBytes(32).toString("base64url"));
    const standIns = missing.flatMap((id) => users.get(id) ?? []);
    await insertStandIns(context.db, standIns, hash);
  }
  const added = await transact(context.db, async (transaction) => {
    const places = await findPlaces(
      transaction,
      comments.map(({ id }) => id),
    );
    for (const [id, place] of places) if (place !== videoId) throw new Error(`comment ${id} is on video ${place}`);
    const fresh = comments.filter(({ id }) => !places.has(id));
    if (fresh.length === 0) return { count: 0, seq: 0 };
    const seq = await takeSeqs(transaction, videoId, fresh.length);
    const rows = fresh.map((comment, n) => toRow(comment, videoId, seq - fresh.length + 1 + n));
    await insertImported(transaction, rows);
    return { count: fresh.length, seq };
  });
  if (added.count > 0) await context.videoRelay.publish(videoId, added.seq);
  return added.count;
}

function toRow(comment: Imported, videoId: string, seq: number) {
  const { id, user, content, version, created_at, updated_at, edited } = comment;
  return {
    id,
    video_id: videoId,
    user_id: user.id,
    content,
    version,
    seq,
    edited_at: edited ? new Date(updated_at) : null,
    inserted_at: new Date(created_at),
    updated_at: new Date(updated_at),
  };
}
