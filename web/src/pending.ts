import type { Comment } from "./wire.ts";

/** One's own comment that the API has not answered yet. */
export interface PendingComment {
  content: string;
  user: { id: string; username: string };
  /** The comments that were there when it was sent: none of them is it. */
  known: ReadonlySet<string>;
}

/**
 * Those of the pending comments that are not among the comments yet. The live one may come before the API's answer, which alone
 * knows its id: until then a new comment of the same user with the same content is taken for it, one for one.
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
