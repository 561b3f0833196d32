import type { Comment } from "../../contract/comment.ts";
import type { CommentRow } from "./comments.ts";

/** Maps a row to the comment that clients see. */
export function toComment(row: Omit<CommentRow, "deleted_at">): Comment {
  return {
    id: row.id,
    content: row.content,
    user: { id: row.user_id, username: row.username },
    created_at: row.inserted_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
    seq: row.seq,
    edited: row.edited_at !== null,
  };
}
