import type { Context } from "../../context.ts";
import type { ExportedComment } from "../../contract/transfer.ts";
import { duplicateKey, isContention } from "../../database/mysql-errors.ts";
import type { Db } from "../../database/schema.ts";
import { withRetries } from "../../database/transactions.ts";
import {
  type ImportedHeldRow,
  findKnownComments,
  insertImported,
  insertImportedHeld,
  insertImportedRevisions,
} from "../../tables/comments/comment-transfers.ts";
import { createVideo, lockVideo, takeSeqs } from "../../tables/comments/videos.ts";
import { addMissingAuthors } from "./stand-ins.ts";

export type ImportedComment = Omit<ExportedComment, "type">;

export interface Imported {
  added: number;
  /** Those that were there already, and stay as they are. */
  existing: number;
  /** Those among `existing` that are there in another version. */
  different: number;
}

/** A comment to import has the id of a comment on another video. */
export class OnAnotherVideo extends Error {
  override name = "OnAnotherVideo";
  readonly id: string;
  readonly videoId: string;

  constructor(id: string, videoId: string) {
    super(`comment ${id} is on video ${videoId}`);
    this.id = id;
    this.videoId = videoId;
  }
}

/**
 * Adds comments to a video in one transaction, those that are not held as its next changes, in the given order; listeners see them. A
 * comment that exists, is held or was deleted there stays as it is, and so does the first of two with one id: it is safe to repeat.
 * Authors that do not exist get an account to which nobody can sign in. Adds the video if it is not known.
 * @throws OnAnotherVideo and adds none of them
 */
export async function importComments(
  context: Context,
  videoId: string,
  comments: readonly ImportedComment[],
): Promise<Imported> {
  await addMissingAuthors(context, new Map(comments.map(({ user }) => [user.id, user])));
  const { seq, ...imported } = await withRetries(
    () => context.db.transaction().execute((transaction) => writeNew(transaction, videoId, comments)),
    // An import of the same comment to another video was first. The next attempt finds it there.
    (error) => isContention(error) || duplicateKey(error) === "PRIMARY",
  );
  if (seq > 0) await context.videoRelay.publish(videoId, seq);
  return imported;
}

/** `seq` is the last change; 0 if there was none. */
async function writeNew(
  transaction: Db,
  videoId: string,
  comments: readonly ImportedComment[],
): Promise<Imported & { seq: number }> {
  // Every write to the video's comments waits for this lock, so what is looked up is true until the end.
  if (!(await lockVideo(transaction, videoId))) {
    await createVideo(transaction, videoId);
    await lockVideo(transaction, videoId);
  }
  const rows = await findKnownComments(
    transaction,
    comments.map(({ id }) => id),
  );
  const versions = new Map<string, number>();
  for (const { id, video_id: other, version } of rows) {
    if (other !== videoId) throw new OnAnotherVideo(id, other);
    versions.set(id, version);
  }
  const fresh: ImportedComment[] = [];
  let different = 0;
  for (const comment of comments) {
    const version = versions.get(comment.id);
    if (version === undefined) fresh.push(comment);
    else if (version !== comment.version) different += 1;
    if (version === undefined) versions.set(comment.id, comment.version);
  }
  const seq = await insertAll(transaction, videoId, fresh);
  return { added: fresh.length, existing: comments.length - fresh.length, different, seq };
}

async function insertAll(transaction: Db, videoId: string, fresh: ImportedComment[]): Promise<number> {
  const held = fresh.filter((comment) => comment.held);
  const posted = fresh.filter((comment) => !comment.held);
  await insertImportedHeld(
    transaction,
    held.map((comment) => toRow(comment, videoId)),
  );
  await insertImportedRevisions(transaction, fresh.flatMap(toRevisions));
  if (posted.length === 0) return 0;
  const seq = await takeSeqs(transaction, videoId, posted.length);
  const firstSeq = seq - posted.length + 1;
  const rows = posted.map((comment, n) => ({
    ...toRow(comment, videoId),
    seq: firstSeq + n,
    deleted_elsewhere_at: comment.deleted_at === undefined ? null : new Date(comment.deleted_at),
    deleted_by: comment.deleted_by ?? null,
  }));
  await insertImported(transaction, rows);
  return seq;
}

function toRow(comment: ImportedComment, videoId: string): ImportedHeldRow {
  const { id, user, content = "", version, created_at, updated_at, edited_at } = comment;
  return {
    id,
    video_id: videoId,
    user_id: user.id,
    content,
    version,
    edited_at: edited_at === null ? null : new Date(edited_at),
    inserted_at: new Date(created_at),
    updated_at: new Date(updated_at),
  };
}

function toRevisions({ id, revisions = [] }: ImportedComment) {
  return revisions.map(({ version, content, since }) => {
    return { comment_id: id, version, content, inserted_at: new Date(since) };
  });
}
