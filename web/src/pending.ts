import type { Comment } from "./wire.ts";

/** The reader's own comment that the API has not confirmed yet. */
export interface PendingComment {
  content: string;
  user: { id: string; username: string };
  /** The ids of the comments that were there when it was sent. It is none of them. */
  known: ReadonlySet<string>;
}

/**
 * The pending comments that are not among the comments yet. A comment can arrive live before the API confirms it, and only the
 * API's response tells its id. So each new comment of the same user with the same content counts as one pending comment.
 */
export function stillPending(pending: Iterable<PendingComment>, comments: Comment[]): PendingComment[] {
  const taken = new Set<string>();
  return [...pending].filter(({ content, user, known }) => {
    const arrived = comments.find(
      (comment) =>
        comment.content === content && comment.user.id === user.id && !known.has(comment.id) && !taken.has(comment.id),
    );
    if (arrived) taken.add(arrived.id);
    return !arrived;
  });
}
