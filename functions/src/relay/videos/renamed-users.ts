import { isContention } from "../../database/mysql-errors.ts";
import type { Db } from "../../database/schema.ts";
import { findNextVideoOf } from "../../tables/comments/user-comments.ts";
import { deleteRename, endTurn, findNextRenamed, lockRename } from "../../tables/sync/user-renames.ts";
import { requestRebuild } from "../../tables/sync/video-mirrors.ts";

/** Steps of one call that may meet a locked row, which takes 2 s each. */
const MAX_BLOCKED_STEPS = 2;

/**
 * Requests a rebuild of up to `limit` videos that show the old name or role of a user; returns how many it requested. Users take turns, a
 * video each. The next call goes on where this one ends. Safe to run twice at once and while names change: a step locks the rename, so
 * another change of the name comes before it, or begins the walk again.
 */
export async function rebuildVideosOfRenamed(db: Db, limit: number): Promise<number> {
  let requested = 0;
  let blockedSteps = 0;
  while (requested < limit && blockedSteps < MAX_BLOCKED_STEPS) {
    const userId = await findNextRenamed(db);
    if (userId === undefined) break;
    try {
      const isRequested = await db.transaction().execute((transaction) => takeStep(transaction, userId));
      if (isRequested) requested += 1;
    } catch (error) {
      if (!isContention(error)) throw error;
      blockedSteps += 1;
      await endTurn(db, userId);
    }
  }
  return requested;
}

/** Requests a rebuild of the user's next video; false when there was none. */
async function takeStep(transaction: Db, userId: string): Promise<boolean> {
  const afterVideoId = await lockRename(transaction, userId);
  // Another call has finished this user meanwhile.
  if (afterVideoId === undefined) return false;
  const videoId = await findNextVideoOf(transaction, userId, afterVideoId);
  if (videoId === undefined) {
    await deleteRename(transaction, userId);
    return false;
  }
  await requestRebuild(transaction, videoId);
  await endTurn(transaction, userId, videoId);
  return true;
}
