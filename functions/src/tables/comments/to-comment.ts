import type { Role } from "../../contract/account.ts";
import type { Author, Comment } from "../../contract/comment.ts";
import type { CommentRow } from "./comments.ts";

/** What everybody sees of a comment's author. */
export function toAuthor({ id, username, role }: { id: string; username: string; role: Role }): Author {
  return role === "user" ? { id, username } : { id, username, role };
}

/** Maps a row to the comment that clients see. */
export function toComment(row: Omit<CommentRow, "deleted_at">): Comment {
  return {
    id: row.id,
    content: row.content,
    user: toAuthor({ id: row.user_id, username: row.username, role: row.role }),
    created_at: row.inserted_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
    seq: row.seq,
    edited: row.edited_at !== null,
  };
}
