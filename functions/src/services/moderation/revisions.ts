import type { Context } from "../../context.ts";
import type { Revision } from "../../contract/comment.ts";
import type { Principal } from "../../security/bearers.ts";
import { listRevisions } from "../../tables/comments/comment-revisions.ts";
import { getComment } from "../comments/get-comment.ts";

/** A comment's earlier contents, oldest first. @throws ProblemError `not_found` */
export async function listCommentRevisions(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<Revision[]> {
  await getComment(context, principal, videoId, id);
  const rows = await listRevisions(context.db, id);
  return rows.map(({ version, content, inserted_at }) => ({ version, content, since: inserted_at.toISOString() }));
}
