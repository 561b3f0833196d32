import type { Api } from "./api.ts";
import { CommentList } from "./comment-list.ts";
import { ApiError, isOutcomeUnknown } from "./errors.ts";
import type { PendingComment } from "./pending.ts";
import { stillPending } from "./pending.ts";
import type { Realtime, Stop } from "./realtime.ts";
import { signedOut } from "./refresh.ts";
import type { SessionStore } from "./session.ts";
import type { Comment } from "./wire.ts";

/** `refused`: the Realtime Database does not let this video be read; it is not asked again. */
export type Connection = "connecting" | "live" | "reconnecting" | "refused";

export interface LiveState {
  /** Oldest first. */
  comments: Comment[];
  /** One's own on their way; they belong behind the comments. */
  pending: PendingComment[];
  hasOlder: boolean;
  /** False until the first comments, or their absence, are known. */
  isLoaded: boolean;
  connection: Connection;
}

export interface LiveCommentsParts {
  api: Api;
  realtime: Realtime;
  sessions: SessionStore;
}

const WINDOW = 50;
const PAGE = 50;
/** Milliseconds after which a reader who has no live connection gets the newest comments over HTTP. */
const LIVE_PATIENCE = 4_000;

/** The comments of one video, live until `close`. */
export class LiveComments {
  readonly videoId: string;
  readonly #parts: LiveCommentsParts;
  readonly #list = new CommentList(WINDOW);
  readonly #pending = new Set<PendingComment>();
  /** The keys of posts that may have been carried out though they failed, by content: the same post again must use the same key. */
  readonly #openKeys = new Map<string, string>();
  readonly #listeners = new Set<(state: LiveState) => void>();
  readonly #stops: Stop[] = [];
  #followed: { from: number; stop: Stop } | undefined;
  #loadingOlder: Promise<void> | undefined;
  #connection: Connection = "connecting";
  #isLoaded = false;

  constructor(parts: LiveCommentsParts, videoId: string) {
    this.#parts = parts;
    this.videoId = videoId;
    const onWindow = (comments: Comment[]) => {
      this.#list.setWindow(comments);
      this.#isLoaded = true;
      this.#changed();
    };
    const onConnection = (isConnected: boolean) => {
      if (this.#connection === "refused") return;
      if (isConnected) this.#connection = "live";
      else if (this.#connection === "live") this.#connection = "reconnecting";
      this.#changed();
    };
    const patience = setTimeout(() => {
      if (!this.#isLoaded) this.loadOlder().catch(() => undefined);
    }, LIVE_PATIENCE);
    this.#stops.push(
      () => clearTimeout(patience),
      parts.realtime.watchNewest(videoId, WINDOW, onWindow, () => this.#refused()),
      parts.realtime.watchConnection(onConnection),
    );
  }

  get state(): LiveState {
    const { comments, hasOlder } = this.#list;
    const pending = stillPending(this.#pending, comments);
    return { comments, pending, hasOlder, isLoaded: this.#isLoaded, connection: this.#connection };
  }

  /** Calls back now and after each change. Returns how to stop. */
  subscribe(listener: (state: LiveState) => void): Stop {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Posts a comment as the signed-in user; it is shown at once. The same content given again after a failure is never posted twice.
   * One that is `held` for review is no longer shown then: tell its author so. It comes as any other when it is approved.
   * @throws ApiError, NetworkError; it is then no longer shown, unless it has arrived after all
   */
  async post(content: string): Promise<Comment> {
    const session = this.#parts.sessions.current;
    if (!session) throw signedOut();
    const { id, username } = session.user;
    const known = new Set(this.#list.comments.map((comment) => comment.id));
    const pending: PendingComment = { content, user: { id, username }, known };
    const key = this.#openKeys.get(content) ?? crypto.randomUUID();
    this.#pending.add(pending);
    this.#changed();
    try {
      const comment = await this.#parts.api.postComment(this.videoId, content, key);
      this.#openKeys.delete(content);
      this.#list.addPosted(comment);
      return comment;
    } catch (error) {
      if (isOutcomeUnknown(error)) this.#openKeys.set(content, key);
      throw error;
    } finally {
      this.#pending.delete(pending);
      this.#changed();
    }
  }

  /** Deletes a comment; one that is gone already counts as deleted. @throws ApiError, NetworkError */
  async delete(commentId: string): Promise<void> {
    try {
      await this.#parts.api.deleteComment(this.videoId, commentId);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
    }
    this.#list.addDeleted(commentId);
    this.#changed();
  }

  /** Adds a page of older comments; while one is under way, waits for that. @throws ApiError, NetworkError */
  async loadOlder(): Promise<void> {
    this.#loadingOlder ??= this.#loadPage().finally(() => {
      this.#loadingOlder = undefined;
    });
    return this.#loadingOlder;
  }

  close(): void {
    this.#listeners.clear();
    this.#followed?.stop();
    for (const stop of this.#stops) stop();
  }

  async #loadPage(): Promise<void> {
    const { cursor, epoch } = this.#list.holdOlder();
    this.#changed();
    const page = await this.#parts.api.listComments(this.videoId, { limit: PAGE, ...(cursor ? { cursor } : {}) });
    this.#list.addPage(page, epoch);
    this.#isLoaded = true;
    this.#changed();
  }

  #refused(): void {
    this.#connection = "refused";
    this.#changed();
  }

  #changed(): void {
    this.#followChanges();
    const { state } = this;
    for (const listener of this.#listeners) listener(state);
  }

  // Changes carry every comment a second time, so they are listened to only while the list needs them.
  #followChanges(): void {
    const from = this.#list.followFrom;
    if (from === this.#followed?.from) return;
    this.#followed?.stop();
    this.#followed = undefined;
    if (from === undefined) return;
    const onChanges: Parameters<Realtime["watchChanges"]>[2] = (changes) => {
      this.#list.setChanges(changes);
      this.#changed();
    };
    this.#followed = { from, stop: this.#parts.realtime.watchChanges(this.videoId, from, onChanges) };
  }
}
