import type { Db } from "../../database/schema.ts";
import type { Watching } from "../../realtime/presence.ts";
import { type UserState, writeUser } from "../../realtime/users.ts";
import { hasCurrentSession, listRevoked } from "../../tables/accounts/sessions.ts";
import { type WatchedVideo, listWatched } from "../../tables/accounts/watched-videos.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { findMirror, liftSeq, moveAppliedSeq } from "../../tables/sync/user-mirrors.ts";
import { inSnapshot } from "../../database/transactions.ts";
import { relayPending } from "../mechanism/steps.ts";
import type { RelaySteps } from "../mechanism/subject.ts";
import type { UserRelayContext } from "./context.ts";

/**
 * Brings the Realtime Database and Firebase Auth to what MySQL says of a user when it is called, or later. Takes no data and no lock, and
 * is safe to run twice at once, late or for nothing.
 * @throws when one of them is away or refuses; `applied_seq` then says what both are known to hold, and the next run begins again
 */
export async function relayUser(context: UserRelayContext, userId: string): Promise<void> {
  await relayPending(userSteps(context), userId);
}

/** How a user is relayed. */
export function userSteps(context: UserRelayContext): RelaySteps {
  return {
    relayStep: (id) => relayUserStep(context, id),
    async findLastSeqIfBehind(id) {
      const mirror = await findMirror(context.db, id);
      return mirror?.is_behind ? mirror.seq : undefined;
    },
  };
}

/** Makes one update. Returns what `RelaySteps.relayStep` does. */
async function relayUserStep(context: UserRelayContext, userId: string): Promise<number | undefined> {
  const { db, realtime, realtimeGuard, firebaseUsers, metrics } = context;
  const next = await readNextState(db, userId);
  if (!next) return undefined;
  const { state, appliedSeq } = next;
  const mirrored = await realtimeGuard(() => writeUser(realtime, state, appliedSeq));
  if (mirrored.seq < appliedSeq) {
    // The mirror was wiped. From 0 on, each revocation whose tokens may still live is written again.
    if (await moveAppliedSeq(db, userId, appliedSeq, 0)) metrics.drift.add(1, { kind: "wiped", ...USERS });
    return 0;
  }
  if (mirrored.seq > state.seq || mirrored.changeId !== state.changeId) {
    // Another run wrote a later state, or MySQL was restored and the mirror holds changes of another history.
    metrics.fenceConflicts.add(1, USERS);
    await liftSeq(db, userId, mirrored);
    return appliedSeq;
  }
  if (state.revoked.length > 0 || !state.isActive) await firebaseUsers.revokeRefreshTokens(userId);
  const isMarked = await moveAppliedSeq(db, userId, appliedSeq, state.seq);
  if (isMarked) recordApplied(context, next);
  return state.seq;
}

const USERS = { subject: "users" };

interface NextState {
  state: UserState;
  appliedSeq: number;
  /** How long the mirror had been behind when the state was read. */
  behindMs: number;
  /** When the state was read, on the process's clock (`performance.now`). */
  readAt: number;
}

/** The state that the mirror lacks, read in one snapshot; undefined when it lacks nothing. */
async function readNextState(db: Db, userId: string): Promise<NextState | undefined> {
  return inSnapshot(db, async (snapshot) => {
    const readAt = performance.now();
    const mirror = await findMirror(snapshot, userId);
    if (!mirror?.is_behind) return undefined;
    const { applied_seq: appliedSeq, seq, change_id: changeId, behind_since: behindSince, now } = mirror;
    const user = await findUser(snapshot, userId);
    const isActive = user?.is_active ?? false;
    const state = {
      userId,
      seq,
      changeId,
      isActive,
      isSignedIn: isActive && (await hasCurrentSession(snapshot, userId)),
      revoked: await listRevoked(snapshot, userId, { after: appliedSeq, to: seq }),
      watching: byVideo(isActive ? await listWatched(snapshot, userId) : []),
    };
    return { state, appliedSeq, behindMs: Math.max(0, now.getTime() - behindSince.getTime()), readAt };
  });
}

function byVideo(watched: WatchedVideo[]): Watching {
  const groups = Map.groupBy(watched, ({ video_id: videoId }) => videoId);
  return new Map(Array.from(groups, ([videoId, rows]) => [videoId, new Set(rows.map((row) => row.session_id))]));
}

function recordApplied({ metrics }: UserRelayContext, { state, appliedSeq, behindMs, readAt }: NextState): void {
  metrics.syncLatency.record(behindMs + performance.now() - readAt, USERS);
  metrics.changesPerUpdate.record(state.seq - appliedSeq, USERS);
}
