import type { Api } from "../api/api.ts";
import { signedOut } from "../http/errors.ts";
import { Listeners, type Stop } from "../listeners.ts";
import type { Locks } from "../locks.ts";
import { randomId } from "../session/random-id.ts";
import type { SessionStore } from "../session/session-store.ts";
import type { OutboxStore } from "../storage/outbox-store.ts";
import type { Comment } from "../wire.ts";
import { decidedOf } from "./decided.ts";
import { OutboxFullError } from "./full-error.ts";
import type { OutboxItem } from "./item.ts";
import { pendingOf } from "./pending.ts";
import { sendReady } from "./sender.ts";
import { TabLock } from "./tab-lock.ts";

export interface OutboxOptions {
  api: Api;
  sessions: SessionStore;
  store: OutboxStore;
  locks: Locks | undefined;
  /** Of the lock and the channel between tabs. */
  name: string;
}

/** Of one user, on all videos: those that wait or are being sent. */
const MAX_UNSENT = 100;
/** What was sent leaves the outbox when it is among the comments, or this long after the API accepted it. */
const KEPT_MS: Partial<Record<OutboxItem["state"], number>> = {
  sent: 600_000,
  // Seven days: their author may never open the video again.
  held: 604_800_000,
  deleted: 604_800_000,
};
/** While a video is open, the API is asked at most this often what became of the held messages. */
const HELD_ASKED_MS = 60_000;
/** The longest time of a browser's timer is 24 days; nothing waits that long. */
const LONGEST_TIMER_MS = 86_400_000;

/** The messages that people have composed in this browser, until the API has answered for them. All tabs share it; one of them sends. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lock: TabLock;
  readonly #ending = new AbortController();
  readonly #listeners = new Listeners<void>();
  readonly #channel: InstanceType<typeof BroadcastChannel> | undefined;
  readonly #stopSession: Stop;
  #items: readonly OutboxItem[] = [];
  /** Messages that are being stored. They are shown, whatever is read from the store meanwhile. */
  readonly #added = new Map<string, OutboxItem>();
  #sending: Promise<void> | undefined;
  #isAgain = false;
  #isNetworkBack = false;
  /** When the API was asked last for a video's held comments, in milliseconds since 1970. */
  readonly #heldAskedAt = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { name, locks, sessions } = options;
    const { signal } = this.#ending;
    this.#lock = new TabLock({ name: `${name}.outbox`, locks, shared: sessions, signal });
    this.#channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(`${name}.outbox`);
    this.#channel?.addEventListener("message", () => void this.#reload());
    this.#stopSession = sessions.subscribe(() => this.wake());
    this.wake();
  }

  /** The signed-in user's messages for a video, in order. */
  itemsOf(videoId: string): OutboxItem[] {
    const userId = this.#options.sessions.current?.user.id;
    return this.#items.filter((item) => item.videoId === videoId && item.user.id === userId);
  }

  /** Those of them that are not among the video's comments yet. */
  pendingOf(videoId: string, comments: readonly Comment[]): OutboxItem[] {
    return pendingOf(this.itemsOf(videoId), comments);
  }

  subscribe(listener: () => void): Stop {
    return this.#listeners.add(listener);
  }

  /**
   * Takes a message of the signed-in user. When it returns, the message survives a reload, if the browser stores anything.
   * @throws ApiError `unauthenticated` if nobody is signed in; OutboxFullError
   */
  async add(videoId: string, content: string, afterId: string | undefined): Promise<OutboxItem> {
    const { sessions, store } = this.#options;
    const session = sessions.current;
    if (!session) throw signedOut();
    const { id, username } = session.user;
    const unsent = this.#items.filter(({ user, state }) => user.id === id && !isOver(state));
    if (unsent.length >= MAX_UNSENT) throw new OutboxFullError();
    const last = Math.max(0, ...this.#items.map(({ composedAt }) => composedAt));
    const item: OutboxItem = {
      key: randomId(),
      videoId,
      user: { id, username },
      content,
      // Two messages of one millisecond keep their order.
      composedAt: Math.max(Date.now(), last + 1),
      state: "waiting",
      failures: 0,
      afterId,
    };
    // Shown at once.
    this.#added.set(item.key, item);
    this.#items = [...this.#items, item];
    this.#listeners.notify();
    await store.add(item);
    await this.#changed();
    this.#added.delete(item.key);
    this.wake();
    return item;
  }

  /** Sends a failed message again, or one that waits at once. An expired one gets another key: the API may have forgotten it. */
  async retry(key: string): Promise<void> {
    const { store } = this.#options;
    const item = this.#items.find((found) => found.key === key);
    if (!item) return;
    const again = {
      ...item,
      state: "waiting",
      failures: 0,
      reason: undefined,
      retryAt: undefined,
      problem: undefined,
    } as const;
    if (item.reason === "expired") {
      // In this order: if the page ends between the two, the text is still there.
      await store.add({ ...again, key: randomId(), uncertainSince: undefined });
      await store.remove(key);
    } else {
      await store.update(key, again);
    }
    await this.#changed();
    this.wake();
  }

  /** Removes a message. One that is just being sent may still be posted. */
  async discard(key: string): Promise<void> {
    await this.#options.store.remove(key);
    await this.#changed();
    this.wake();
  }

  /**
   * Removes what the list shows: sent ones up to change `seq`, and held ones whose comment it has. Also held ones about which a moderator
   * has decided meanwhile.
   */
  async removeShown(videoId: string, seq: number, has: (commentId: string) => boolean): Promise<void> {
    const shown = this.#items.filter(({ videoId: id, state, comment }) => {
      if (id !== videoId || !comment) return false;
      return (state === "sent" && comment.seq <= seq) || (state === "held" && has(comment.id));
    });
    await this.#remove(shown);
    await this.#removeDecided(videoId);
  }

  /** Sends what is ready. @param isNetworkBack whether the network may be back */
  wake(isNetworkBack = false): void {
    this.#isNetworkBack ||= isNetworkBack;
    this.#isAgain = true;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
      if (this.#isAgain && !this.#ending.signal.aborted) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#timer);
    this.#stopSession();
    this.#channel?.close();
    this.#listeners.clear();
    await this.#sending?.catch(() => undefined);
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    const { api, sessions, store } = this.#options;
    const { signal } = this.#ending;
    this.#isAgain = false;
    if (signal.aborted) return;
    // A page in the back-forward cache hears nothing of what other tabs change.
    await this.#reload();
    const userId = sessions.current?.user.id;
    const hasUnsent = this.#items.some(({ user, state }) => user.id === userId && !isOver(state));
    if (userId === undefined || !hasUnsent || signal.aborted) return;
    const onChange = async () => {
      this.#lock.renew();
      await this.#changed();
    };
    let nextAt: number | undefined;
    await this.#lock.run(async () => {
      const isNetworkBack = this.#isNetworkBack;
      this.#isNetworkBack = false;
      nextAt = await sendReady({ api, store, signal, onChange }, userId, isNetworkBack);
    });
    if (nextAt === undefined || signal.aborted) return;
    const delayMs = Math.min(Math.max(0, nextAt - Date.now()), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.wake(), delayMs);
  }

  /** The list does not show a comment that was refused, nor one that was approved below the oldest that is loaded. */
  async #removeDecided(videoId: string): Promise<void> {
    const now = Date.now();
    const isDue = (since = 0) => since < now - HELD_ASKED_MS;
    const held = this.itemsOf(videoId).filter(({ state, answeredAt }) => state === "held" && isDue(answeredAt));
    if (held.length === 0 || !isDue(this.#heldAskedAt.get(videoId))) return;
    this.#heldAskedAt.set(videoId, now);
    const { api } = this.#options;
    await this.#remove(await decidedOf(held, { api, videoId, signal: this.#ending.signal }));
  }

  async #remove(items: readonly OutboxItem[]): Promise<void> {
    if (items.length === 0) return;
    await Promise.all(items.map(({ key }) => this.#options.store.remove(key)));
    await this.#changed();
  }

  /** After a change by this tab. */
  async #changed(): Promise<void> {
    await this.#reload();
    if (!this.#ending.signal.aborted) this.#channel?.postMessage("changed");
  }

  async #reload(): Promise<void> {
    const { store } = this.#options;
    const items = await store.all();
    const now = Date.now();
    const isStale = ({ state, answeredAt = 0 }: OutboxItem) => answeredAt < now - (KEPT_MS[state] ?? now);
    for (const { key } of items.filter(isStale)) await store.remove(key);
    const stored = new Set(items.map(({ key }) => key));
    const others = [...this.#added.values()].filter(({ key }) => !stored.has(key));
    this.#items = [...items.filter((item) => !isStale(item)), ...others];
    this.#listeners.notify();
  }
}

function isOver(state: OutboxItem["state"]): boolean {
  return state !== "waiting" && state !== "sending";
}
