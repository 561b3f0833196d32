import type { Context } from "../../context.ts";
import type { RevisionPage } from "../../contract/comment.ts";
import type { Principal } from "../../security/bearers.ts";
import { listRevisions } from "../../tables/comments/comment-revisions.ts";
import { getComment } from "../comments/get-comment.ts";
import { pageOf } from "../paging.ts";

/** A page of a comment's earlier contents, oldest first. The cursor is a version. @throws ProblemError `not_found` */
export async function listCommentRevisions(
  context: Context,
  principal: Principal,
  { videoId, id, cursor, limit }: { videoId: string; id: string; cursor?: number | undefined; limit: number },
): Promise<RevisionPage> {
  await getComment(context, principal, videoId, id);
  const rows = await listRevisions(context.db, id, { after: cursor, limit: limit + 1 });
  const page = pageOf(rows, limit, {
    toItem: ({ version, content, inserted_at }) => ({ version, content, since: inserted_at.toISOString() }),
    cursorOf: ({ version }) => String(version),
  });
  return { revisions: page.items, next_cursor: page.nextCursor };
}
