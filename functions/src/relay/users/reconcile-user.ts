import { readUserSeq } from "../../realtime/users.ts";
import { findMirror, listMirrored, markChecked, moveMirrorAppliedSeq } from "../../tables/sync/user-mirrors.ts";
import { concurrently } from "../concurrently.ts";
import type { UserMirrorContext } from "./user-mirror.ts";
import { mirrorUser } from "./user-mirror.ts";

const WORKERS = 8;
const PAGE = 500;

/**
 * Asks the Realtime Database how far it has come with a user, and brings it up to MySQL if it forgot, as after it was wiped; answers
 * whether it had. Safe to run twice at once.
 */
export async function reconcileUser(context: UserMirrorContext, userId: string): Promise<boolean> {
  const mirror = await findMirror(context.db, userId);
  if (!mirror) return false;
  const forgot = (await readUserSeq(context.realtime, userId)) < mirror.applied_seq;
  // From 0 on, every revocation whose tokens may still live is written again.
  if (forgot) await moveMirrorAppliedSeq(context.db, userId, mirror.applied_seq, 0);
  await mirrorUser(context, userId);
  return forgot;
}

/** `reconcileUser` for the `limit` users that were not looked at for longest; answers how many had been forgotten. */
export async function reconcileOldest(context: UserMirrorContext, limit: number): Promise<number> {
  const userIds = await listMirrored(context.db, { by: "checked_at", limit });
  if (userIds.length === 0) return 0;
  await markChecked(context.db, userIds);
  return reconcileEach(context, userIds);
}

/** `reconcileUser` for every user; answers how many had been forgotten. */
export async function reconcileUsers(context: UserMirrorContext): Promise<number> {
  let forgotten = 0;
  let after = "";
  for (;;) {
    const page = await listMirrored(context.db, { by: "user_id", after, limit: PAGE });
    forgotten += await reconcileEach(context, page);
    if (page.length < PAGE) return forgotten;
    after = page.at(-1) ?? after;
  }
}

async function reconcileEach(context: UserMirrorContext, userIds: string[]): Promise<number> {
  let forgotten = 0;
  await concurrently(userIds, WORKERS, async (userId) => {
    if (await reconcileUser(context, userId)) forgotten += 1;
  });
  return forgotten;
}
