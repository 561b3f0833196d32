import { transact } from "../tables/database.ts";
import type { Db } from "../tables/schema.ts";
import { findVideoOf } from "../tables/user-comments.ts";
import { deleteRename, lockRename, moveRename } from "../tables/user-renames.ts";
import { requestRebuild } from "../tables/videos-sync.ts";

/**
 * Asks for a rebuild of at most `limit` videos that show the old name of a user who has a new one; how many it was. The rest is for
 * the next round. Safe to run twice at once, and while names change: a step holds the rename, so who changes the name again does so
 * before it or begins the walk anew.
 */
export async function rebuildRenamed(db: Db, limit: number): Promise<number> {
  for (let asked = 0; asked < limit;) {
    const step = await transact(db, takeStep);
    if (step === "none") return asked;
    if (step === "video") asked += 1;
  }
  return limit;
}

async function takeStep(transaction: Db): Promise<"video" | "user" | "none"> {
  const rename = await lockRename(transaction);
  if (!rename) return "none";
  const videoId = await findVideoOf(transaction, rename.user_id, rename.after_video_id);
  if (videoId === undefined) {
    await deleteRename(transaction, rename.user_id);
    return "user";
  }
  await requestRebuild(transaction, videoId);
  await moveRename(transaction, rename.user_id, videoId);
  return "video";
}
