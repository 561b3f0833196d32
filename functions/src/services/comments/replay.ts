import { hash } from "node:crypto";
import type { Comment } from "../../contract/comment.ts";
import { ProblemError } from "../../errors.ts";
import type { SavedResponse } from "../../tables/comments/posting-state.ts";
import type { Post } from "./post.ts";

/**
 * What is saved of a response under its Idempotency-Key. The content is not: the repeated request brings it again, and an erased comment
 * must leave no copy. Nor is the change number, which is in the comment's row.
 */
export type ResponseToSave = Pick<Comment, "id" | "user" | "created_at" | "held">;

/** What makes two requests the same. */
export function fingerprintOf({ videoId, content }: Post): Buffer {
  return hash("sha256", `post\0${videoId}\0${content}`, "buffer");
}

/**
 * The response to a repeated request.
 * @throws ProblemError `idempotency_key_reused` if the key was used for a different request
 */
export function replay({ fingerprint, response, firstSeq }: SavedResponse, post: Post): Comment {
  if (!fingerprint.equals(fingerprintOf(post))) throw new ProblemError("idempotency_key_reused");
  const saved: ResponseToSave = JSON.parse(response);
  return newComment(saved, post.content, firstSeq);
}

/** A comment as it was posted. */
export function newComment({ id, user, created_at, held }: ResponseToSave, content: string, seq: number): Comment {
  return {
    id,
    content,
    user,
    created_at,
    updated_at: created_at,
    version: 1,
    seq,
    edited: false,
    ...(held ? { held } : {}),
  };
}
