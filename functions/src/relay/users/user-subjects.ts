import { z } from "zod";
import * as userMirrors from "../../tables/sync/user-mirrors.ts";
import type { MirroredKind } from "../mechanism/subject.ts";
import type { UserRelayContext } from "./context.ts";
import { reconcileUser } from "./reconcile-user.ts";
import { relayUser, userSteps } from "./relay-user.ts";

/**
 * Users as the relay sees them: whether they are signed in, and which of their sessions are revoked.
 *
 * It keeps no count of pending tasks. While the Realtime Database was away, a user's pending task may have backed off for up to a minute.
 * A revocation made now gets a task that is enqueued after it, which does not have to wait. Users have few changes, so this costs little.
 */
export function createUserSubjects(context: UserRelayContext): MirroredKind {
  const { db } = context;
  return {
    name: "users",
    idField: "user_id",
    idSchema: z.uuid(),

    relay: (id) => relayUser(context, id),
    ...userSteps(context),

    takeBehind: (idleSeconds, limit) => userMirrors.takeBehind(db, idleSeconds, limit),
    markAttempted: (id) => userMirrors.markAttempted(db, id),
    readBacklog: () => userMirrors.readBacklog(db),

    reconcile: (id, options) => reconcileUser(context, id, options),
    reconcilePageSize: 200,
    listUnreconciled: (idleSeconds, limit) => userMirrors.listUnreconciled(db, idleSeconds, limit),
    markReconciled: (id) => userMirrors.markReconciled(db, id),
    listIds: (afterId, limit) => userMirrors.listUserIds(db, afterId, limit),
  };
}
