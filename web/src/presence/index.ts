import type { Database } from "firebase/database";
import { type Page, Activity } from "./activity.ts";
import { type PresentUser, AudienceListener } from "./audience.ts";
import { type OwnSession, PresenceEntry } from "./entry.ts";
import { TypingSign, listenToTyping } from "./typing.ts";
import { MAX_LISTED_VIEWERS } from "./wire.ts";

export type { PresentUser } from "./audience.ts";
export type { OwnSession } from "./entry.ts";

export interface PresenceParts {
  database: Database;
  videoId: string;
  /** The signed-in user; without one, this only listens. For another session, leave and join again. */
  viewer?: OwnSession;
  /** The page: `window`. Without one, the viewer is always active. */
  page?: Page;
  /** Milliseconds between two heartbeats; by default what the contract says. For tests. */
  heartbeatMs?: number;
}

export interface PresenceState {
  viewers: number;
  /** Who they are; undefined above 100 viewers, or while that is not known. */
  users: PresentUser[] | undefined;
  /** The ids of the others who are typing; none above 100 viewers. */
  typing: string[];
}

/** Presence on one video, until `leave`. This file is the way to it for the rest of the client. */
export class Presence {
  readonly #audience: AudienceListener;
  readonly #entry: PresenceEntry | undefined;
  readonly #sign: TypingSign | undefined;
  readonly #activity: Activity | undefined;
  readonly #userId: string | undefined;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(state: PresenceState) => void>();
  #typing: { userIds: string[]; stop: () => void } | undefined;

  constructor({ database, videoId, viewer, page, heartbeatMs }: PresenceParts) {
    this.#userId = viewer?.userId;
    this.#audience = new AudienceListener(database, videoId, () => {
      this.#updateTyping(database, videoId);
      this.#notify();
    });
    if (!viewer) return;
    this.#sign = new TypingSign({ database, videoId, userId: viewer.userId }, () => this.#isSmall);
    if (page) this.#activity = new Activity(page, () => this.#entry?.refresh());
    const authorize = async () => {
      await viewer.authorize();
      // Where a site closed presence to strangers, the list and the typing were refused until now.
      this.#audience.look();
    };
    this.#entry = new PresenceEntry({
      database,
      videoId,
      viewer: { ...viewer, authorize },
      state: () => this.#activity?.state ?? "active",
      viewers: () => this.#audience.counted,
      ...(heartbeatMs !== undefined && { heartbeatMs }),
    });
    const { signal } = this.#stopping;
    page?.addEventListener("pagehide", () => this.#entry?.suspend(), { signal });
    // From the browser's cache of pages.
    page?.addEventListener("pageshow", () => this.#entry?.resume(), { signal });
  }

  get state(): PresenceState {
    const typing = (this.#typing?.userIds ?? []).filter((userId) => userId !== this.#userId);
    return { ...this.#audience.current, typing };
  }

  /** Whether the state is known, and not only what it begins with. */
  get isKnown(): boolean {
    return this.#audience.isKnown;
  }

  /** Calls the listener now and after each change. Returns a function that stops it. */
  subscribe(listener: (state: PresenceState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /** Call it with each input into the field for a comment. */
  typed(): void {
    this.#sign?.typed();
  }

  /** The comment was posted, or the field was left. */
  stoppedTyping(): void {
    this.#sign?.stopped();
  }

  /**
   * Ends it. Call it before the session is ended, while its rights last. Resolves when this tab is gone for the others, was refused, or after
   * 2 s; on a dead connection the server removes it later.
   */
  async leave(): Promise<void> {
    this.#stopping.abort();
    this.#listeners.clear();
    this.#activity?.stop();
    this.#audience.stop();
    this.#typing?.stop();
    this.#typing = undefined;
    this.#sign?.stopped();
    await this.#entry?.leave();
  }

  get #isSmall(): boolean {
    return this.#audience.current.viewers <= MAX_LISTED_VIEWERS;
  }

  #updateTyping(database: Database, videoId: string): void {
    if (this.#stopping.signal.aborted || this.#isSmall === (this.#typing !== undefined)) return;
    if (!this.#isSmall) {
      this.#typing?.stop();
      this.#typing = undefined;
      this.#sign?.stopped();
      return;
    }
    const typing: { userIds: string[]; stop: () => void } = { userIds: [], stop: () => {} };
    this.#typing = typing;
    typing.stop = listenToTyping({
      database,
      videoId,
      onChange: (userIds) => {
        typing.userIds = userIds;
        this.#notify();
      },
      onRefused: () => {
        typing.stop();
        if (this.#typing === typing) this.#typing = undefined;
      },
    });
  }

  #notify(): void {
    for (const listener of this.#listeners) listener(this.state);
  }
}
