import { readUserChange } from "../../realtime/users.ts";
import { findMirror, liftSeq, moveAppliedSeq } from "../../tables/sync/user-mirrors.ts";
import type { Comparison, Outcome } from "../mechanism/subject.ts";
import type { UserRelayContext } from "./context.ts";
import { relayUser } from "./relay-user.ts";

/**
 * Compares the last change that the mirror of a user holds with what MySQL knows to be applied. With `repair`, it relays what the mirror
 * lacks: all revocations included if it was wiped, or if it holds changes of another history because MySQL was restored. Safe to run
 * twice at once.
 * @throws RealtimeError
 */
export async function reconcileUser(
  context: UserRelayContext,
  userId: string,
  { repair }: { repair: boolean },
): Promise<Comparison> {
  const { db, realtime } = context;
  const before = await findMirror(db, userId);
  if (!before) return { id: userId, outcome: "equal", missing: [], extra: [], stale: [] };
  // In one history, the mirror lies between what MySQL knew to be applied before and the last change of MySQL after.
  const mirrored = await readUserChange(realtime, userId);
  const after = (await findMirror(db, userId)) ?? before;
  const isForeign = mirrored.seq === after.seq && mirrored.changeId !== after.change_id;
  const isAhead = mirrored.seq > after.seq || isForeign;
  const isWiped = mirrored.seq < before.applied_seq;
  if (repair) {
    if (isAhead) await liftSeq(db, userId, mirrored);
    // From 0 on, each revocation whose tokens may still live is written again.
    if (isAhead || isWiped) await moveAppliedSeq(db, userId, after.applied_seq, 0);
    await relayUser(context, userId);
  }
  const outcome: Outcome = isAhead ? "ahead" : isWiped ? "wiped" : "equal";
  return { id: userId, outcome, missing: [], extra: [], stale: [] };
}
