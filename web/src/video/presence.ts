import type { Api } from "../api/api.ts";
import { backOffMs, pause } from "../http/pause.ts";
import { Listeners, type Stop, tell } from "../listeners.ts";
import type { FirebaseConnection } from "../live/firebase.ts";
import type { LiveSource } from "../live/source.ts";
import type { Page } from "../presence/activity.ts";
import type { Joined, VideoPresenceState } from "../presence/joined.ts";
import type { SessionStore } from "../session/session-store.ts";

export interface VideoPresenceParts {
  videoId: string;
  api: Api;
  sessions: SessionStore;
  sources: PresenceSources;
  /** The page: `window`. */
  page: Page;
}

export interface PresenceSources {
  current: () => Promise<Pick<LiveSource, "readViewers">>;
  /** Loads the SDK at its first call. */
  firebase: () => Promise<Pick<FirebaseConnection, "database" | "authorize">>;
}

/** How often the count is read where the Firebase SDK does not tell it: from the first subscriber on, while the page is visible. */
const COUNT_MS = 30_000;
/** Where no `apiKey` is known, no try will succeed, and each one asks Hosting for it. */
const LONGEST_PAUSE_MS = 300_000;

const NOBODY: VideoPresenceState = { viewers: 0, users: undefined, typing: [] };

/**
 * Who is present on a video: this tab too, while somebody is signed in. It follows the session: at its end this tab leaves at once. Signed-out
 * readers are not counted, and see the count alone.
 */
export class VideoPresence {
  readonly #parts: VideoPresenceParts;
  readonly #closing = new AbortController();
  readonly #listeners = new Listeners<VideoPresenceState>();
  readonly #stop: Stop;
  #state = NOBODY;
  /** The session as which this tab is there, or tries to be. */
  #sessionId: string | undefined;
  #joined: Joined | undefined;
  #isCounting = false;

  constructor(parts: VideoPresenceParts) {
    this.#parts = parts;
    this.#stop = parts.sessions.subscribe(() => this.#followSession());
    this.#followSession();
  }

  /** The same object until something changes. */
  get state(): VideoPresenceState {
    return this.#state;
  }

  /** Calls the listener now and after each change. Returns a function that stops it. */
  subscribe(listener: (state: VideoPresenceState) => void): Stop {
    const stop = this.#listeners.add(listener);
    tell(listener, this.#state);
    void this.#count();
    return stop;
  }

  /** Call it with each input into the field for a comment. */
  typed(): void {
    this.#joined?.typed();
  }

  /** The comment was posted, or the field was left. */
  stoppedTyping(): void {
    this.#joined?.stoppedTyping();
  }

  close(): void {
    this.#closing.abort();
    this.#stop();
    this.#listeners.clear();
    void this.#joined?.leave();
  }

  #followSession(): void {
    const sessionId = this.#parts.sessions.current?.id;
    if (sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    if (this.#joined) {
      void this.#joined.leave();
      this.#joined = undefined;
      this.#show({ ...NOBODY, viewers: this.#state.viewers });
    }
    if (sessionId !== undefined) void this.#join(sessionId);
  }

  async #join(sessionId: string): Promise<void> {
    const isOver = () => this.#closing.signal.aborted || this.#sessionId !== sessionId;
    let failures = 0;
    while (!isOver()) {
      try {
        const [{ database, authorize }, { join }] = await Promise.all([
          this.#parts.sources.firebase(),
          import("../presence/joined.ts"),
        ]);
        const userId = this.#parts.sessions.current?.user.id;
        if (isOver() || userId === undefined) return;
        const { api, videoId, page } = this.#parts;
        const viewer = { userId, sessionId, authorize: () => authorize(videoId) };
        const onChange = () => this.#showJoined();
        this.#joined = join({ database, videoId, viewer, page }, api, this.#closing.signal, onChange);
        return;
      } catch {
        // The settings or the SDK's files cannot be had now.
        failures += 1;
        await pause(backOffMs(failures, LONGEST_PAUSE_MS), this.#closing.signal);
      }
    }
  }

  async #count(): Promise<void> {
    if (this.#isCounting) return;
    this.#isCounting = true;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (!this.#joined?.isKnown && this.#parts.page.document.visibilityState === "visible")
        await this.#readCount(signal);
      // Not all at one moment.
      await pause(COUNT_MS * (0.75 + Math.random() / 2), signal);
    }
  }

  async #readCount(signal: AbortSignal): Promise<void> {
    try {
      const source = await this.#parts.sources.current();
      const viewers = await source.readViewers(this.#parts.videoId, signal);
      if (!this.#joined?.isKnown && !signal.aborted) this.#show({ ...NOBODY, viewers });
    } catch {
      // What was counted last stays.
    }
  }

  #showJoined(): void {
    if (this.#joined?.isKnown) this.#show(this.#joined.state);
  }

  #show(state: VideoPresenceState): void {
    this.#state = state;
    this.#listeners.notify(state);
  }
}
