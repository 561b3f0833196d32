import type { Api } from "../api/api.ts";
import type { OutboxItem } from "./item.ts";

/** The most that the API lists at once. */
const PAGE_SIZE = 100;

/** Which of a user's held messages on a video are not held any more: they were approved, refused or deleted. None if that cannot be had now. */
export async function decidedOf(
  items: readonly OutboxItem[],
  { api, videoId, signal }: { api: Api; videoId: string; signal: AbortSignal },
): Promise<OutboxItem[]> {
  const as = items[0]?.user.id;
  const request = api.call("listHeldComments", { video_id: videoId, limit: PAGE_SIZE }, { as, signal });
  const page = await request.catch(() => undefined);
  if (!page) return [];
  const held = new Set(page.comments.map(({ id }) => id));
  const last = page.next_cursor;
  // A moderator gets everybody's, oldest first: what comes after a page that is not the last one is not known.
  return items.filter(({ comment }) => comment && !held.has(comment.id) && (last === null || comment.id <= last));
}
