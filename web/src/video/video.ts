import type { Api, CallOptions } from "../api/api.ts";
import { ApiError, hasCode } from "../http/errors.ts";
import { loadCode } from "../http/load-code.ts";
import { Listeners, type Stop, tell } from "../listeners.ts";
import type { OutboxItem } from "../outbox/item.ts";
import type { LazyOutbox } from "../outbox/load.ts";
import type { Drafts } from "../session/drafts.ts";
import { type Comment, HEADERS, MAX_CONTENT_LENGTH, type ReportReason, type VideoSettings } from "../wire.ts";
import type { CopyKeeper } from "./copy-keeper.ts";
import type { Follower } from "./follow.ts";
import type { Connection } from "./follower-options.ts";
import type { LiveSettings } from "./settings.ts";
import type { VideoPresence } from "./presence.ts";
import type { Timeline } from "./timeline.ts";

export interface VideoState {
  /** Oldest first, none missing in between, as the server had them at change `seq`, or at first perhaps a little later. The array changes only if a comment does. */
  comments: readonly Comment[];
  /** The signed-in user's own messages that are not among the comments, in the order in which they were composed. */
  pending: readonly OutboxItem[];
  seq: number;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  /** False until something is known of the video, even if only that it has no comments. */
  isLoaded: boolean;
  connection: Connection;
  /** What a reader has to know before posting. Undefined until it is known. */
  settings: VideoSettings | undefined;
}

export interface VideoParts {
  id: string;
  api: Api;
  drafts: Drafts;
  timeline: Timeline;
  /** Both made with the function to call after each change. */
  settings: (onChange: () => void) => LiveSettings;
  follower: (settings: LiveSettings, onChange: () => void) => Follower;
  outbox: LazyOutbox;
  copies: CopyKeeper;
  presence: VideoPresence;
  onClose: () => void;
}

/**
 * In UTF-16 units: the most that a comment may have. The API refuses a body of more than 16 KB before it looks at its origin, so that a page
 * on another origin could not tell it from a broken network.
 */
const MAX_POST_LENGTH = 2 * MAX_CONTENT_LENGTH;

/** The comments of one video, live until `close`. */
export class Video {
  readonly id: string;
  /** Who is present on it. */
  readonly presence: VideoPresence;
  readonly #parts: VideoParts;
  readonly #settings: LiveSettings;
  readonly #follower: Follower;
  readonly #listeners = new Listeners<VideoState>();
  readonly #stopOutbox: Stop;
  #loadingOlder: Promise<void> | undefined;
  #state: VideoState | undefined;
  #isNotifying = false;
  #isClosed = false;

  constructor(parts: VideoParts) {
    this.id = parts.id;
    this.presence = parts.presence;
    this.#parts = parts;
    this.#settings = parts.settings(() => this.#onChange());
    this.#follower = parts.follower(this.#settings, () => this.#onChange());
    this.#stopOutbox = parts.outbox.subscribe(() => this.#onChange());
    void this.#start();
  }

  /** The same object until something changes. */
  get state(): VideoState {
    const { timeline, outbox } = this.#parts;
    const { comments, seq, hasOlder, hasBase } = timeline;
    this.#state ??= {
      comments,
      pending: outbox.loaded()?.pendingOf(this.id, comments) ?? [],
      seq,
      hasOlder,
      isLoadingOlder: this.#loadingOlder !== undefined,
      isLoaded: hasBase,
      connection: this.#follower.connection,
      settings: this.settings,
    };
    return this.#state;
  }

  /** Whether comments are open, slow mode and review, as moderators set them; undefined until they are known. In `state` too. */
  get settings(): VideoSettings | undefined {
    return this.#settings.current;
  }

  /** Calls the listener now and after each change. Returns a function that stops it. */
  subscribe(listener: (state: VideoState) => void): Stop {
    const stop = this.#listeners.add(listener);
    tell(listener, this.state);
    return stop;
  }

  /**
   * Takes a message, and does not wait for the API; `pending` shows what becomes of it. It is sent once, also after a reload or hours without a
   * network, or it stays with its text until it is retried or discarded.
   * @throws ApiError `unauthenticated` if nobody is signed in, `payload_too_large`; OutboxFullError; NetworkError
   */
  async post(content: string): Promise<OutboxItem> {
    if (content.length > MAX_POST_LENGTH) throw new ApiError(413, { code: "payload_too_large" });
    const { outbox, drafts, timeline } = this.#parts;
    const afterId = timeline.hasBase ? (timeline.comments.at(-1)?.id ?? "") : undefined;
    const item = await (await outbox.load()).add(this.id, content, afterId);
    if (drafts.read(this.id) === content) drafts.write(this.id, "");
    return item;
  }

  /** Sends a pending message again, or now. */
  async retry(key: string): Promise<void> {
    await (await this.#parts.outbox.load()).retry(key);
  }

  /** Removes a pending message. */
  async discard(key: string): Promise<void> {
    await (await this.#parts.outbox.load()).discard(key);
  }

  /** What the user was writing, kept when the page is reloaded. */
  get draft(): string {
    return this.#parts.drafts.read(this.id);
  }

  set draft(text: string) {
    this.#parts.drafts.write(this.id, text);
  }

  /**
   * Changes one's own comment.
   * @param base the comment as it was when the user began to edit it
   * @throws EditConflict with both versions if it changed meanwhile; ApiError, NetworkError
   */
  async edit(base: Comment, content: string, options?: CallOptions): Promise<Comment> {
    const { editComment } = await loadCode(() => import("./edit.ts"));
    const comment = await editComment(this.#parts.api, this.id, { base, content }, options);
    await this.#follower.reach(comment.seq);
    return comment;
  }

  /** Deletes a comment. One that is gone already counts as deleted. @throws ApiError, NetworkError */
  async delete(commentId: string, options?: CallOptions): Promise<void> {
    const parameters = { video_id: this.id, comment_id: commentId };
    try {
      const { headers } = await this.#parts.api.send("deleteComment", parameters, { attempts: 4, ...options });
      await this.#follower.reach(Number(headers.get(HEADERS.videoSeq) ?? 0));
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
    }
  }

  /** Reports a comment to the moderators. Safe to repeat. */
  async report(commentId: string, reason: ReportReason, note = "", options?: CallOptions): Promise<void> {
    const parameters = { video_id: this.id, comment_id: commentId, reason, note };
    await this.#parts.api.call("reportComment", parameters, { attempts: 4, ...options });
  }

  /** Adds a page of older comments. While one is loading, waits for that one. @throws ApiError, NetworkError */
  async loadOlder(): Promise<void> {
    if (!this.#loadingOlder) {
      this.#loadingOlder = this.#follower.loadOlder().finally(() => {
        this.#loadingOlder = undefined;
        this.#onChange();
      });
      this.#onChange();
    }
    return this.#loadingOlder;
  }

  /** Connects again at once, for example after sleep. */
  reconnect(): void {
    this.#follower.reconnect();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopOutbox();
    this.#listeners.clear();
    this.#follower.close();
    this.#parts.copies.close();
    this.presence.close();
    this.#parts.onClose();
  }

  async #start(): Promise<void> {
    await this.#parts.copies.restore(() => this.#onChange());
    if (this.#isClosed) return;
    if (this.#parts.timeline.hasBase) this.#onChange();
    this.#follower.start();
  }

  /** Several changes of one moment are told once. */
  #onChange(): void {
    this.#state = undefined;
    if (this.#isNotifying || this.#isClosed) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      if (this.#isClosed) return;
      this.#updateStores();
      this.#listeners.notify(this.state);
    });
  }

  /** Keeps what is shown for the next visit, and removes from the outbox what the list has. */
  #updateStores(): void {
    const { timeline, outbox, copies } = this.#parts;
    if (!timeline.hasBase) return;
    copies.keep();
    const has = (commentId: string) => timeline.comments.some(({ id }) => id === commentId);
    void outbox.loaded()?.removeShown(this.id, timeline.seq, has);
  }
}
