import { lookKeys } from "../../content/names/looks.ts";
import { reservedStandInName, standInName } from "../../content/names/stand-in.ts";
import { SERVICE_EMAIL_DOMAINS } from "../../contract/account.ts";
import type { Comment } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import { transact } from "../../database/transactions.ts";
import {
  type ImportedRow,
  type StandIn,
  countOldest,
  findMissingUsers,
  findVideosOf,
  insertImported,
  insertStandIns,
  listOldest,
} from "../../tables/comments/comment-transfers.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import { takeSeqs } from "../../tables/comments/videos.ts";
import { newNameOf } from "../accounts/usernames.ts";

const PAGE = 500;

/** Records that are read from MySQL as they are consumed. */
export interface Export {
  /** How many there were at the start. */
  total: number;
  records: AsyncIterable<object>;
}

/** A video's comments, oldest first: those after the id `after`, if given. */
export async function exportComments(context: Context, videoId: string, after?: string): Promise<Export> {
  const total = await countOldest(context.db, videoId, after);
  return { total, records: commentRecords(context, videoId, after) };
}

async function* commentRecords(context: Context, videoId: string, after?: string): AsyncGenerator<Comment> {
  let cursor = after;
  for (;;) {
    const rows = await listOldest(context.db, videoId, { after: cursor, limit: PAGE });
    for (const row of rows) yield toComment(row);
    if (rows.length < PAGE) return;
    cursor = rows.at(-1)?.id;
  }
}

export type ImportedComment = Omit<Comment, "seq" | "held">;

/**
 * Adds comments to a video as its next changes, in one transaction; listeners see them. Skips comments that exist or were deleted, so it
 * is safe to repeat. Authors that do not exist get an account to which nobody can sign in. Returns how many comments were new.
 * @throws Error if a comment belongs to another video
 */
export async function importComments(context: Context, videoId: string, comments: ImportedComment[]): Promise<number> {
  await addMissingAuthors(context, comments);
  const added = await transact(context.db, async (transaction) => {
    const ids = comments.map(({ id }) => id);
    const videosOf = await findVideosOf(transaction, ids);
    for (const [id, other] of videosOf) if (other !== videoId) throw new Error(`comment ${id} is on video ${other}`);
    const fresh = comments.filter(({ id }) => !videosOf.has(id));
    if (fresh.length === 0) return { count: 0, seq: 0 };
    const seq = await takeSeqs(transaction, videoId, fresh.length);
    const rows = fresh.map((comment, n) => toRow(comment, videoId, seq - fresh.length + 1 + n));
    await insertImported(transaction, rows);
    return { count: fresh.length, seq };
  });
  if (added.count > 0) await context.videoRelay.publish(videoId, added.seq);
  return added.count;
}

async function addMissingAuthors(context: Context, comments: ImportedComment[]): Promise<void> {
  const users = new Map(comments.map(({ user }) => [user.id, user]));
  const missing = await findMissingUsers(context.db, Array.from(users.keys()));
  if (missing.length === 0) return;
  const passwordHash = await context.passwords.hashOfNoPassword();
  const authors = missing.flatMap((id) => users.get(id) ?? []);
  await insertStandIns(
    context.db,
    authors.map((author) => toStandIn(author.id, standInName(author))),
    passwordHash,
  );
  // Those whose names were taken.
  const nameless = await findMissingUsers(context.db, missing);
  if (nameless.length === 0) return;
  await insertStandIns(
    context.db,
    nameless.map((id) => toStandIn(id, reservedStandInName(id))),
    passwordHash,
  );
}

function toStandIn(id: string, name: string): StandIn {
  return { id, ...newNameOf(name), looks: lookKeys(name), email: `${id}@${SERVICE_EMAIL_DOMAINS.imported}` };
}

function toRow(comment: ImportedComment, videoId: string, seq: number): ImportedRow {
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
