import type { Api } from "../api/api.ts";
import { hasCode } from "../http/errors.ts";
import type { OutboxStore } from "../storage/outbox-store.ts";
import type { Comment } from "../wire.ts";
import type { OutboxItem } from "./item.ts";
import { afterFailure, afterSuccess, isExpired } from "./outcome.ts";

export interface SenderOptions {
  api: Pick<Api, "call">;
  store: OutboxStore;
  signal: AbortSignal;
  /** Called after each change of the store. */
  onChange: () => Promise<void>;
}

/**
 * Sends what is ready, in the order in which it was composed, until nothing is. Within a video nothing overtakes: what waits holds up what
 * was composed after it. What the API refused holds up nothing.
 * @param isNetworkBack whether messages that wait for the network are tried now
 * @returns when to send again, in milliseconds since 1970; undefined if nothing waits for a time
 */
export async function sendReady(
  { api, store, signal, onChange }: SenderOptions,
  userId: string,
  isNetworkBack: boolean,
): Promise<number | undefined> {
  let triesAtOnce = isNetworkBack;
  let hasSessionEnded = false;
  while (!signal.aborted) {
    const own = (await store.all()).filter(({ user, state }) => user.id === userId && isUnsent(state));
    const { ready, nextAt } = pick(own, triesAtOnce);
    if (!ready) return nextAt;
    triesAtOnce = false;
    // A try without a network would only make it uncertain whether the message was posted.
    if (!isOnline()) return undefined;
    await send(ready);
    // Goes on with the next session.
    if (hasSessionEnded) return undefined;
  }
  return undefined;

  async function send(item: OutboxItem): Promise<void> {
    const triedAt = Date.now();
    const { key, videoId, content } = item;
    if (isExpired(item, triedAt)) {
      await store.update(key, { state: "failed", reason: "expired" });
      return onChange();
    }
    // If this page ends now, the message was perhaps posted.
    await store.update(key, { state: "sending", uncertainSince: item.uncertainSince ?? triedAt });
    await onChange();
    try {
      const parameters = { video_id: videoId, content, idempotency_key: key };
      const { comment } = await api.call("postComment", parameters, { as: userId, signal });
      const isReplay = item.uncertainSince !== undefined;
      const isDeleted = isReplay && (await isGone(videoId, comment));
      await store.update(key, afterSuccess(comment, isDeleted));
    } catch (error) {
      // The page is closing: the message stays `sending`, and the next page tries it again.
      if (signal.aborted) return;
      hasSessionEnded = hasCode(error, "unauthenticated");
      await store.update(key, afterFailure(item, error, triedAt));
    }
    await onChange();
  }

  /** The response to a repeated request is the first one, also if the comment has been deleted since. */
  async function isGone(videoId: string, { id }: Comment): Promise<boolean> {
    try {
      await api.call("getComment", { video_id: videoId, comment_id: id }, { as: userId, signal });
      return false;
    } catch (error) {
      if (hasCode(error, "not_found")) return true;
      throw error;
    }
  }
}

/** A browser is sure only of being offline. */
function isOnline(): boolean {
  const isKnownOnline: unknown = typeof navigator === "undefined" ? undefined : Reflect.get(navigator, "onLine");
  return isKnownOnline !== false;
}

function isUnsent(state: OutboxItem["state"]): boolean {
  return state === "waiting" || state === "sending";
}

/** The first message that nothing holds up, and when the next one is ready otherwise. */
function pick(items: OutboxItem[], triesAtOnce: boolean): { ready?: OutboxItem; nextAt?: number | undefined } {
  const now = Date.now();
  const waitsUntil = ({ retryAt = 0, reason }: OutboxItem) =>
    retryAt > now && !(triesAtOnce && reason === "unreachable") ? retryAt : 0;
  const times: number[] = [];
  const heldUp = new Set<string>();
  for (const item of items) {
    const until = waitsUntil(item);
    if (heldUp.has(item.videoId)) continue;
    if (until === 0) return { ready: item };
    times.push(until);
    // Only slow mode is a matter of one video.
    if (item.reason !== "slow_mode") break;
    heldUp.add(item.videoId);
  }
  return { nextAt: times.length > 0 ? Math.min(...times) : undefined };
}
