import type { Context } from "../../context.ts";
import type { ErasedComments } from "../../contract/moderation.ts";
import { repeatUntilNone, transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { deleteRevisions } from "../../tables/comments/comment-revisions.ts";
import { eraseComments } from "../../tables/comments/comments.ts";
import { findNextVideoOf, listIdsOf } from "../../tables/comments/user-comments.ts";
import { lockVideo, takeSeqs } from "../../tables/comments/videos.ts";
import { deleteHeldOf } from "../../tables/moderation/held-comments.ts";
import { deleteReportsAbout } from "../../tables/moderation/reports.ts";
import { requireHigherRole } from "../accounts/roles.ts";
import { audit } from "../operation/audit.ts";

/** Comments in one transaction. It holds the video's lock for a few milliseconds. */
const BATCH = 200;
/** Reports in one statement. */
const REPORTS = 500;

/**
 * Erases every comment of a user, held ones included, in batches; listeners see each batch at once. Safe to repeat: an interrupted
 * erasure continues where it stopped.
 * @throws ProblemError `not_found`; `forbidden` unless it is the principal or a user of a lower role
 */
export async function eraseCommentsOf(context: Context, principal: Principal, userId: string): Promise<ErasedComments> {
  const user = await findUser(context.db, userId);
  if (!user) throw new ProblemError("not_found");
  if (userId !== principal.userId) requireHigherRole(principal, user);
  // First, so that an erasure that is interrupted is in the log too.
  await audit(context, context.db, {
    action: "comments.erase",
    actor: principal,
    target: { type: "user", id: userId },
  });
  return { erased: await eraseAllCommentsOf(context, userId, { deletedBy: principal.userId }) };
}

export interface Erasure {
  deletedBy: string;
  /** Called with the number of comments of each batch. */
  onErased?: ((comments: number) => void) | undefined;
}

/** Erases every comment of a user; returns how many. */
export async function eraseAllCommentsOf(context: Context, userId: string, erasure: Erasure): Promise<number> {
  let erased = 0;
  // Repeat until a round finds nothing: the user may post meanwhile, and a moderator approve what is held.
  for (;;) {
    const held = await eraseHeldComments(context, userId, erasure);
    const posted = await eraseOnEachVideo(context, userId, erasure);
    if (held + posted === 0) return erased;
    erased += held + posted;
  }
}

async function eraseHeldComments(context: Context, userId: string, { onErased }: Erasure): Promise<number> {
  let erased = 0;
  for (;;) {
    const count = await transact(context.db, async (transaction) => {
      const ids = await deleteHeldOf(transaction, userId, BATCH);
      if (ids.length > 0) await deleteRevisions(transaction, ids);
      return ids.length;
    });
    erased += count;
    onErased?.(count);
    if (count < BATCH) return erased;
  }
}

/** Goes from video to video by id, so that it does not read the tombstones that it leaves behind again. */
async function eraseOnEachVideo(context: Context, userId: string, erasure: Erasure): Promise<number> {
  const { deletedBy, onErased } = erasure;
  let erased = 0;
  let videoId = await findNextVideoOf(context.db, userId, "");
  while (videoId !== undefined) {
    await deleteReports(context, userId, videoId);
    const { count, seq } = await eraseBatch(context, { userId, videoId, deletedBy });
    erased += count;
    onErased?.(count);
    if (count > 0) await context.videoRelay.publish(videoId, seq);
    if (count < BATCH) videoId = await findNextVideoOf(context.db, userId, videoId);
  }
  return erased;
}

/** Deletes the reports about the next batch of comments before it is erased. There may be many, and the batch holds the video's lock. */
async function deleteReports({ db }: Context, userId: string, videoId: string): Promise<void> {
  const ids = await listIdsOf(db, { userId, videoId, limit: BATCH });
  if (ids.length > 0) await repeatUntilNone(() => deleteReportsAbout(db, ids, REPORTS));
}

function eraseBatch(
  context: Context,
  { userId, videoId, deletedBy }: { userId: string; videoId: string; deletedBy: string },
): Promise<{ count: number; seq: number }> {
  return transact(context.db, async (transaction) => {
    // Lock before reading the rows, so that nobody else deletes one of them meanwhile and each change number is used.
    await lockVideo(transaction, videoId);
    const ids = await listIdsOf(transaction, { userId, videoId, limit: BATCH });
    if (ids.length === 0) return { count: 0, seq: 0 };
    const seq = await takeSeqs(transaction, videoId, ids.length);
    await eraseComments(transaction, { ids, firstSeq: seq - ids.length + 1, deletedBy });
    await deleteRevisions(transaction, ids);
    // Those that have come since.
    await repeatUntilNone(() => deleteReportsAbout(transaction, ids, REPORTS));
    return { count: ids.length, seq };
  });
}
