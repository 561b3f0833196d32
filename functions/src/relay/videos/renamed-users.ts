import { isContention } from "../../database/database.ts";
import type { Db } from "../../database/schema.ts";
import { findVideoOf } from "../../tables/comments/user-comments.ts";
import { deleteRename, endTurn, lockRename, nextRenamed } from "../../tables/sync/user-renames.ts";
import { requestRebuild } from "../../tables/sync/videos-sync.ts";

/** Steps in a round that may meet a locked row, 5 s each. */
const BLOCKED_MAX = 2;

/**
 * Asks for a rebuild of at most `limit` videos that show the old name of a user who has a new one; how many it was. Users take turns,
 * a video each; the rest is for the next round. Safe to run twice at once, and while names change: a step holds the rename, so who
 * changes the name again does so before it or begins the walk anew.
 */
export async function rebuildRenamed(db: Db, limit: number): Promise<number> {
  let asked = 0;
  for (let blocked = 0; asked < limit && blocked < BLOCKED_MAX;) {
    const userId = await nextRenamed(db);
    if (userId === undefined) break;
    try {
      if (await db.transaction().execute((transaction) => takeStep(transaction, userId))) asked += 1;
    } catch (error) {
      if (!isContention(error)) throw error;
      blocked += 1;
      await endTurn(db, userId);
    }
  }
  return asked;
}

/** Whether a video was asked for. */
async function takeStep(transaction: Db, userId: string): Promise<boolean> {
  const afterVideoId = await lockRename(transaction, userId);
  // Done meanwhile by another round.
  if (afterVideoId === undefined) return false;
  const videoId = await findVideoOf(transaction, userId, afterVideoId);
  if (videoId === undefined) {
    await deleteRename(transaction, userId);
    return false;
  }
  await requestRebuild(transaction, videoId);
  await endTurn(transaction, userId, videoId);
  return true;
}
