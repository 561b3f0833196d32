import { CONNECTIONS_PER_SESSION } from "../contract/realtime-nodes.ts";
import { connectionKey, paths } from "../contract/realtime-paths.ts";
import { type Realtime, childrenOf } from "./realtime.ts";

/** The videos that a user's live sessions watch, with the ids of those sessions. */
export type Watching = ReadonlyMap<string, ReadonlySet<string>>;

/** Parts of an update, by path. */
type Values = Record<string, unknown>;

export interface PresenceToRemove {
  /** Removes what ended sessions left. */
  removals: Values;
  /**
   * Takes back `online` on videos that another session of the user still watches, where no connection was left when this was read. The
   * rules refuse it if there is one by then.
   */
  onlineResets: Values;
}

/**
 * Finds presence left behind by ended sessions. `watching` is what live sessions watch now. The mirror's own list of what they watched says
 * where to look, so nothing is searched for, and nothing has to be remembered when it is removed. Both lists are bounded
 * (`MAX_WATCHED_VIDEOS`).
 * @throws RealtimeError `away`
 */
export async function findPresenceToRemove(
  realtime: Realtime,
  userId: string,
  watching: Watching,
): Promise<PresenceToRemove> {
  const watched = await readWatching(realtime, userId);
  const removals: Values = {};
  const left: { videoId: string; keys: string[] }[] = [];
  for (const [videoId, sessions] of watched) {
    const remaining = watching.get(videoId);
    if (!remaining) {
      removals[paths.userPresence(videoId, userId)] = null;
      removals[paths.userTyping(videoId, userId)] = null;
      continue;
    }
    const ended = sessions.filter((id) => !remaining.has(id));
    if (ended.length === 0) continue;
    const keys = ended.flatMap(connectionKeys);
    for (const key of keys) removals[paths.connection(videoId, userId, key)] = null;
    left.push({ videoId, keys });
  }
  const onlineResets = await Promise.all(
    left.map(({ videoId, keys }) => onlineResetOf(realtime, { videoId, userId, keys })),
  );
  return { removals, onlineResets: Object.assign({}, ...onlineResets) };
}

function connectionKeys(sessionId: string): string[] {
  return Array.from({ length: CONNECTIONS_PER_SESSION }, (_, n) => connectionKey(sessionId, n));
}

/** Takes back `online` if the given connections are all that the user has on the video. */
async function onlineResetOf(
  realtime: Realtime,
  { videoId, userId, keys }: { videoId: string; userId: string; keys: string[] },
): Promise<Values> {
  const presence = childrenOf(await realtime.read(paths.userPresence(videoId, userId)));
  const others = Object.keys(childrenOf(presence["connections"])).filter((key) => !keys.includes(key));
  if (presence["online"] !== true || others.length > 0) return {};
  return { [`${paths.userPresence(videoId, userId)}/online`]: false };
}

/** The videos that the mirror says are watched, with the ids of the sessions. */
async function readWatching(realtime: Realtime, userId: string): Promise<[videoId: string, sessions: string[]][]> {
  const videos = childrenOf(await realtime.read(paths.watching(userId)));
  return Object.entries(videos).map(([videoId, sessions]) => [videoId, Object.keys(childrenOf(sessions))]);
}
