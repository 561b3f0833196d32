import type { Context } from "../../context.ts";
import { MAX_EDITS } from "../../contract/limits.ts";
import type { ExportedComment, ExportHeader } from "../../contract/transfer.ts";
import type { Db } from "../../database/schema.ts";
import { inSnapshot } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { listRevisions } from "../../tables/comments/comment-revisions.ts";
import { countAllComments, listAllComments } from "../../tables/comments/comment-transfers.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { type HeldRow, listHeld } from "../../tables/moderation/held-comments.ts";

const PAGE = 500;

/**
 * Has `consume` read every comment of a video: first those that are posted or deleted, in the order of their changes, then the held ones.
 * All are of one snapshot, the moment that the header names, which stays open until `consume` is done. It is one of a replica where one is
 * fresh enough. Whatever goes wrong there before `consume` begins is tried again on the primary.
 * @throws ProblemError `not_found`
 */
export async function exportComments<T>(
  { db, replicas }: Pick<Context, "db" | "replicas">,
  videoId: string,
  consume: Consume<T>,
): Promise<T> {
  const replica = await replicas.find(videoId);
  if (!replica) return exportFrom(db, videoId, consume);
  let hasBegun = false;
  const consumeOnce: Consume<T> = (header, comments) => {
    hasBegun = true;
    return consume(header, comments);
  };
  try {
    return await exportFrom(replica.db, videoId, consumeOnce);
  } catch (error) {
    if (hasBegun) throw error;
    return exportFrom(db, videoId, consume);
  }
}

type Consume<T> = (header: ExportHeader, comments: AsyncIterable<ExportedComment>) => Promise<T>;

function exportFrom<T>(db: Db, videoId: string, consume: Consume<T>): Promise<T> {
  return inSnapshot(db, async (snapshot) => {
    const video = await findVideo(snapshot, videoId);
    if (!video) throw new ProblemError("not_found");
    const comments = await countAllComments(snapshot, videoId);
    const { seq, now } = video;
    const header = { type: "video", id: videoId, seq, exported_at: now.toISOString(), comments } as const;
    return consume(header, allComments(snapshot, videoId));
  });
}

async function* allComments(snapshot: Db, videoId: string): AsyncGenerator<ExportedComment> {
  let seq = 0;
  for (;;) {
    const rows = await listAllComments(snapshot, videoId, { after: seq, limit: PAGE });
    for (const row of rows) {
      const deletedAt = row.deleted_elsewhere_at ?? row.deleted_at;
      yield deletedAt ? toDeleted(row, deletedAt) : await withText(snapshot, row);
    }
    if (rows.length < PAGE) break;
    seq = rows.at(-1)?.seq ?? seq;
  }
  let id: string | undefined;
  for (;;) {
    const rows = await listHeld(snapshot, videoId, { after: id, limit: PAGE });
    for (const row of rows) yield { ...(await withText(snapshot, row)), held: true };
    if (rows.length < PAGE) return;
    id = rows.at(-1)?.id;
  }
}

type Row = Omit<HeldRow, "video_id">;

function toRecord({ id, user_id, username, version, edited_at, inserted_at, updated_at }: Row): ExportedComment {
  return {
    type: "comment",
    id,
    user: { id: user_id, username },
    created_at: inserted_at.toISOString(),
    updated_at: updated_at.toISOString(),
    edited_at: edited_at?.toISOString() ?? null,
    version,
  };
}

function toDeleted(row: Row & { deleted_by: string | null }, deletedAt: Date): ExportedComment {
  return { ...toRecord(row), deleted_at: deletedAt.toISOString(), deleted_by: row.deleted_by };
}

async function withText(snapshot: Db, row: Row): Promise<ExportedComment> {
  const record = { ...toRecord(row), content: row.content };
  // Only an edit keeps a revision.
  if (!row.edited_at) return record;
  const rows = await listRevisions(snapshot, row.id, { limit: MAX_EDITS });
  const revisions = rows.map(({ version, content, inserted_at: since }) => {
    return { version, content, since: since.toISOString() };
  });
  return { ...record, revisions };
}
