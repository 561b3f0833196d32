import { readUserSeq } from "../../realtime/users.ts";
import { findMirror, moveAppliedSeq } from "../../tables/sync/user-mirrors.ts";
import type { Comparison } from "../mechanism/subject.ts";
import type { UserRelayContext } from "./context.ts";
import { relayUser } from "./relay-user.ts";

/**
 * Compares how far the mirror of a user came with what MySQL knows to be applied. With `repair`, it relays what the mirror lacks, all
 * revocations included if it was wiped. Safe to run twice at once.
 * @throws RealtimeError
 */
export async function reconcileUser(
  context: UserRelayContext,
  userId: string,
  { repair }: { repair: boolean },
): Promise<Comparison> {
  const { db, realtime } = context;
  const mirror = await findMirror(db, userId);
  // MySQL is read first: in between, the mirror only moves forward.
  const isWiped = mirror !== undefined && (await readUserSeq(realtime, userId)) < mirror.applied_seq;
  // From 0 on, each revocation whose tokens may still live is written again.
  if (repair && isWiped) await moveAppliedSeq(db, userId, mirror.applied_seq, 0);
  if (repair && mirror) await relayUser(context, userId);
  return { id: userId, outcome: isWiped ? "wiped" : "equal", missing: [], extra: [], stale: [] };
}
