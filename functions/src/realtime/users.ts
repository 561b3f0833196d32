import type { OnlineNode, WatchingNode } from "../contract/realtime-nodes.ts";
import { paths } from "../contract/realtime-paths.ts";
import { RealtimeError } from "./errors.ts";
import { type Watching, findPresenceToRemove } from "./presence.ts";
import type { Realtime } from "./realtime.ts";

/** What the Realtime Database holds of a user. */
export interface UserState {
  userId: string;
  /** The user's change number at which the state was read. */
  seq: number;
  /** The id of that change. */
  changeId: string;
  isActive: boolean;
  isSignedIn: boolean;
  /** Revoked sessions, each with the time after which none of its tokens can be valid. */
  revoked: { id: string; ends_at: Date }[];
  /** The videos that the user's live sessions watch. */
  watching: Watching;
}

/** The user's change that the mirror holds; 0 for a user that it does not know. */
export interface MirroredUserChange {
  seq: number;
  /** Empty where the mirror has none. */
  changeId: string;
}

/**
 * Writes the state, all of it or nothing, and removes the presence of sessions that do not watch a video any more. The rules accept it
 * only over a lower number, so a write that comes twice or late changes nothing. Returns the change that the mirror holds then: the
 * state's, or another one, and then nothing was written: one with the same or a higher number, or one below `appliedSeq`, which means that
 * the mirror was wiped and lacks more than the state has.
 * @throws RealtimeError `away`; `invalid`; `refused`, when the write was refused although the mirror holds a lower number
 */
export async function writeUser(realtime: Realtime, state: UserState, appliedSeq: number): Promise<MirroredUserChange> {
  const { userId, seq, changeId } = state;
  const [before, { removals, onlineResets }] = await Promise.all([
    readUserChange(realtime, userId),
    findPresenceToRemove(realtime, userId, state.watching),
  ]);
  if (before.seq < appliedSeq) return before;
  return write(onlineResets);

  async function write(resets: Record<string, unknown>): Promise<MirroredUserChange> {
    try {
      await realtime.update({ ...valuesOf(state), ...removals, ...resets });
      return { seq, changeId };
    } catch (error) {
      if (!(error instanceof RealtimeError) || error.kind === "invalid") throw error;
      const mirrored = await readUserChange(realtime, userId);
      if (mirrored.seq >= seq) return mirrored;
      // The rules refuse these resets where another session of the user has connected meanwhile.
      if (error.kind !== "refused" || Object.keys(resets).length === 0) throw error;
      return write({});
    }
  }
}

function valuesOf({ userId, seq, changeId, isActive, isSignedIn, revoked, watching }: UserState) {
  const online = {
    online: isSignedIn,
    // Nothing is told any more about a user who was erased, or deactivated.
    ...(isActive && { last_seen: { ".sv": "timestamp" } }),
    seq,
    change_id: changeId,
  } satisfies Partial<Record<keyof OnlineNode, unknown>>;
  const revocations = revoked.map(({ id, ends_at }) => [paths.revokedSession(id), ends_at.getTime()]);
  const node: WatchingNode = Object.fromEntries(
    Array.from(watching, ([videoId, sessions]) => [
      videoId,
      Object.fromEntries(Array.from(sessions, (id): [string, true] => [id, true])),
    ]),
  );
  return {
    [paths.online(userId)]: online,
    [paths.revokedUser(userId)]: isActive ? null : true,
    [paths.watching(userId)]: node,
    ...Object.fromEntries(revocations),
  };
}

export async function readUserChange(realtime: Realtime, userId: string): Promise<MirroredUserChange> {
  const value = await realtime.read(paths.online(userId));
  const isNode = typeof value === "object" && value !== null && "seq" in value;
  if (!isNode || typeof value.seq !== "number") return { seq: 0, changeId: "" };
  return { seq: value.seq, changeId: "change_id" in value ? String(value.change_id) : "" };
}

/** Removes the revocations of sessions past their absolute end: no valid token names them. Safe to repeat. */
export async function forgetRevocations(realtime: Realtime, sessionIds: string[]): Promise<void> {
  await realtime.update(Object.fromEntries(sessionIds.map((id) => [paths.revokedSession(id), null])));
}
