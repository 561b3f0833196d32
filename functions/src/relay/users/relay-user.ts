import type { FirebaseUsers } from "../../realtime/firebase-users.ts";
import type { Realtime } from "../../realtime/realtime.ts";
import type { UserState } from "../../realtime/users.ts";
import { writeUser } from "../../realtime/users.ts";
import type { Db } from "../../database/schema.ts";
import { hasLiveSession, listRevoked } from "../../tables/accounts/sessions.ts";
import { findMirror, liftMirrorSeq, moveMirrorAppliedSeq } from "../../tables/sync/user-mirrors.ts";
import { findUser } from "../../tables/accounts/users.ts";

export interface UserMirrorContext {
  db: Db;
  realtime: Realtime;
  firebaseUsers: FirebaseUsers;
}

/**
 * Brings the Realtime Database and Firebase Auth up to what MySQL says of a user *now*; returns when nothing is left. It takes no
 * data and holds no lock: run twice at once, late or for nothing, it does no harm.
 * @throws when one of them is away or refuses; `applied_seq` then stands, and the next run begins again
 */
export async function mirrorUser(context: UserMirrorContext, userId: string): Promise<void> {
  for (;;) {
    const pending = await readPending(context.db, userId);
    if (!pending) return;
    const { appliedSeq, state } = pending;
    const stands = await writeUser(context.realtime, state);
    if (stands > state.seq) {
      // Another run was ahead, and MySQL says so too; or MySQL was restored to an older state, whose numbers are used up.
      await liftMirrorSeq(context.db, userId, stands);
      continue;
    }
    if (state.revoked.length > 0 || !state.isActive) await context.firebaseUsers.revokeRefreshTokens(userId);
    await moveMirrorAppliedSeq(context.db, userId, appliedSeq, state.seq);
  }
}

/** What the mirror lacks, read in one snapshot; undefined when it lacks nothing. */
async function readPending(db: Db, userId: string): Promise<{ appliedSeq: number; state: UserState } | undefined> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (snapshot) => {
      const mirror = await findMirror(snapshot, userId);
      if (!mirror?.is_behind) return undefined;
      const { applied_seq: appliedSeq, seq } = mirror;
      const user = await findUser(snapshot, userId);
      const isActive = user?.is_active ?? false;
      const state = {
        userId,
        seq,
        isActive,
        isSignedIn: isActive && (await hasLiveSession(snapshot, userId)),
        revoked: await listRevoked(snapshot, userId, appliedSeq, seq),
      };
      return { appliedSeq, state };
    });
}
