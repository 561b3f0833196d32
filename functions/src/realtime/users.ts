import { RealtimeError } from "./errors.ts";
import type { OnlineNode } from "../contract/realtime-nodes.ts";
import { paths } from "../contract/realtime-paths.ts";
import type { Realtime } from "./realtime.ts";

/** What the Realtime Database holds of a user. */
export interface UserState {
  userId: string;
  /** The number of the user's change that this state is as new as. */
  seq: number;
  isActive: boolean;
  isSignedIn: boolean;
  /** Sessions that were revoked, with the time after which none of their tokens can be good anyway. */
  revoked: { id: string; ends_at: Date }[];
}

/**
 * Writes the state, all or nothing; the rules let it pass only where the number that stands there is lower, so a write that comes
 * twice or late changes nothing. Answers the number that stands there afterwards: that of the state, or a higher one, and then
 * nothing of it was written.
 * @throws RealtimeError `away`; `invalid`; `refused`, when the write was refused although a lower number stands there
 */
export async function writeUser(realtime: Realtime, state: UserState): Promise<number> {
  const { userId, seq, isActive, isSignedIn, revoked } = state;
  const online = { online: isSignedIn, last_seen: { ".sv": "timestamp" }, seq } satisfies Record<
    keyof OnlineNode,
    unknown
  >;
  const entries = revoked.map(({ id, ends_at }) => [paths.revokedSession(id), ends_at.getTime()]);
  try {
    await realtime.update({
      [paths.online(userId)]: online,
      [paths.revokedUser(userId)]: isActive ? null : true,
      ...Object.fromEntries(entries),
    });
    return seq;
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind === "invalid") throw error;
    const stands = await readUserSeq(realtime, userId);
    if (stands < seq) throw error;
    return stands;
  }
}

/** The number of the user's change that the Realtime Database stands at; 0 where it knows nothing of the user. */
export async function readUserSeq(realtime: Realtime, userId: string): Promise<number> {
  const value = await realtime.read(`${paths.online(userId)}/seq`);
  return typeof value === "number" ? value : 0;
}

/** Forgets sessions past their absolute end: no token names them any more. Safe to repeat. */
export async function forgetRevoked(realtime: Realtime, sessionIds: string[]): Promise<void> {
  await realtime.update(Object.fromEntries(sessionIds.map((id) => [paths.revokedSession(id), null])));
}
