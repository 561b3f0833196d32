import { goneAfterSeconds } from "../contract/presence.ts";
import type { AudienceNode } from "../contract/realtime-nodes.ts";
import { paths } from "../contract/realtime-paths.ts";
import { RealtimeError } from "./errors.ts";
import { type Realtime, childrenOf } from "./realtime.ts";

/** Entries that are read and removed at once. */
const PAGE_SIZE = 500;
/** Pages of one kind in one count. The next count removes the rest. */
const MAX_PAGES = 20;

/**
 * Removes from a video whoever is not there: offline without a connection, or without a heartbeat for too long. The rules judge each
 * removal when it arrives, so somebody who came back meanwhile stays. Only entries of those who are offline or silent are read.
 * @param viewers as counted last: the larger the audience, the slower its heartbeats
 * @throws RealtimeError
 */
export async function removeAbsent(
  realtime: Realtime,
  videoId: string,
  { now, viewers }: { now: Date; viewers: number },
): Promise<void> {
  const endAt = now.getTime() - goneAfterSeconds(viewers) * 1_000;
  const hasNoConnection = (entry: unknown) => !("connections" in childrenOf(entry));
  await removePages(realtime, videoId, async () => {
    const offline = await realtime.readWhere(paths.presence(videoId), "online", { equalTo: false, limit: PAGE_SIZE });
    return { read: Object.keys(offline).length, absent: keysOf(offline, hasNoConnection) };
  });
  await removePages(realtime, videoId, async () => {
    const silent = await realtime.readWhere(paths.presence(videoId), "last_seen", { endAt, limit: PAGE_SIZE });
    const keys = Object.keys(silent);
    return { read: keys.length, absent: keys };
  });
}

const keysOf = (entries: Record<string, unknown>, isMeant: (entry: unknown) => boolean) =>
  Object.keys(entries).filter((key) => isMeant(entries[key]));

/** Reads a page and removes its absent users, until a page is not full or removes nobody. */
async function removePages(
  realtime: Realtime,
  videoId: string,
  readPage: () => Promise<{ read: number; absent: string[] }>,
): Promise<void> {
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { read, absent } = await readPage();
    if (absent.length > 0) await remove(realtime, videoId, absent);
    if (read < PAGE_SIZE || absent.length === 0) return;
  }
}

/** In one update. If one of the users came back meanwhile, the rules refuse it whole; then halves are tried, which finds the others. */
async function remove(realtime: Realtime, videoId: string, userIds: string[]): Promise<void> {
  try {
    await realtime.update(Object.fromEntries(userIds.map((id) => [paths.userPresence(videoId, id), null])));
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind !== "refused") throw error;
    if (userIds.length === 1) return;
    const middle = userIds.length >> 1;
    await remove(realtime, videoId, userIds.slice(0, middle));
    await remove(realtime, videoId, userIds.slice(middle));
  }
}

/** How many users are present, from the keys alone, once `removeAbsent` has removed the others. @throws RealtimeError */
export async function countPresent(realtime: Realtime, videoId: string): Promise<number> {
  return (await realtime.readKeys(paths.presence(videoId))).length;
}

/**
 * Writes the count if the mirror holds another one; returns whether it did. A mirror without a count counts as 0. The rules refuse a count
 * that is older than the one that is there; then somebody counted later.
 * @throws RealtimeError
 */
export async function writeAudience(
  realtime: Realtime,
  videoId: string,
  { viewers, now }: { viewers: number; now: Date },
): Promise<boolean> {
  const mirrored = childrenOf(await realtime.read(paths.audience(videoId)));
  if ((mirrored["viewers"] ?? 0) === viewers) return false;
  const node: AudienceNode = { viewers, at: now.getTime() };
  try {
    await realtime.update({ [paths.audience(videoId)]: node });
    return true;
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind !== "refused") throw error;
    const later = childrenOf(await realtime.read(paths.audience(videoId)));
    if (Number(later["at"]) >= node.at) return false;
    throw error;
  }
}

/** Removes every sign of typing on a video. @throws RealtimeError */
export async function removeTyping(realtime: Realtime, videoId: string): Promise<void> {
  await realtime.update({ [paths.typing(videoId)]: null });
}
