import type { Comment } from "../wire.ts";
import type { OutboxItem } from "./item.ts";

/**
 * The messages that are not among the comments yet. A comment can arrive live before the API confirms it, and only the API's response
 * tells its id. So each new comment of the same user with the same content counts as one message that is being sent.
 */
export function pendingOf(items: readonly OutboxItem[], comments: readonly Comment[]): OutboxItem[] {
  const taken = new Set(items.flatMap(({ comment }) => (comment ? [comment.id] : [])));
  const shown = new Set(taken.size > 0 ? comments.map(({ id }) => id) : []);
  return items.filter((item) => {
    if (item.comment) return !shown.has(item.comment.id);
    const arrived =
      item.uncertainSince === undefined ? undefined : comments.find((comment) => isOf(item, comment, taken));
    if (arrived) taken.add(arrived.id);
    return !arrived;
  });
}

function isOf({ afterId, content, user }: OutboxItem, comment: Comment, taken: ReadonlySet<string>): boolean {
  if (afterId === undefined || comment.id <= afterId || taken.has(comment.id)) return false;
  return comment.user.id === user.id && comment.content === content;
}
