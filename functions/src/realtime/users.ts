import type { OnlineNode } from "../contract/realtime-nodes.ts";
import { paths } from "../contract/realtime-paths.ts";
import { RealtimeError } from "./errors.ts";
import type { Realtime } from "./realtime.ts";

/** What the Realtime Database holds of a user. */
export interface UserState {
  userId: string;
  /** The user's change number at which the state was read. */
  seq: number;
  isActive: boolean;
  isSignedIn: boolean;
  /** Revoked sessions, each with the time after which none of its tokens can be valid. */
  revoked: { id: string; ends_at: Date }[];
}

/**
 * Writes the state, all of it or nothing. The rules accept it only over a lower number, so a write that comes twice or late changes
 * nothing. Returns the number that the mirror holds then: the state's, or a higher one, and then nothing was written.
 * @throws RealtimeError `away`; `invalid`; `refused`, when the write was refused although the mirror holds a lower number
 */
export async function writeUser(realtime: Realtime, state: UserState): Promise<number> {
  const { userId, seq, isActive, isSignedIn, revoked } = state;
  const online = { online: isSignedIn, last_seen: { ".sv": "timestamp" }, seq } satisfies Record<
    keyof OnlineNode,
    unknown
  >;
  const revocations = revoked.map(({ id, ends_at }) => [paths.revokedSession(id), ends_at.getTime()]);
  try {
    await realtime.update({
      [paths.online(userId)]: online,
      [paths.revokedUser(userId)]: isActive ? null : true,
      ...Object.fromEntries(revocations),
    });
    return seq;
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind === "invalid") throw error;
    const mirroredSeq = await readUserSeq(realtime, userId);
    if (mirroredSeq < seq) throw error;
    return mirroredSeq;
  }
}

/** The user's change that the mirror holds; 0 for a user that it does not know. */
export async function readUserSeq(realtime: Realtime, userId: string): Promise<number> {
  const value = await realtime.read(`${paths.online(userId)}/seq`);
  return typeof value === "number" ? value : 0;
}

/** Removes the revocations of sessions past their absolute end: no valid token names them. Safe to repeat. */
export async function forgetRevoked(realtime: Realtime, sessionIds: string[]): Promise<void> {
  await realtime.update(Object.fromEntries(sessionIds.map((id) => [paths.revokedSession(id), null])));
}
