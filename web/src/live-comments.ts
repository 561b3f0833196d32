import type { Api } from "./api.ts";
import { CommentList } from "./comment-list.ts";
import { ApiError, isOutcomeUnknown } from "./errors.ts";
import { type PendingComment, stillPending } from "./pending.ts";
import type { Realtime, Stop } from "./realtime.ts";
import { signedOut } from "./refresh.ts";
import type { SessionStore } from "./session.ts";
import { type Comment, type MirroredChange, PAGE_LIMIT } from "./wire.ts";

/** `refused`: the Realtime Database does not let this video be read. There is no second try. */
export type Connection = "connecting" | "live" | "reconnecting" | "refused";

export interface LiveState {
  /** Oldest first. */
  comments: Comment[];
  /** The reader's own comments that are being posted. Show them after the comments. */
  pending: PendingComment[];
  hasOlder: boolean;
  /** False until the first comments have arrived, or it is known that there are none. */
  isLoaded: boolean;
  connection: Connection;
}

export interface LiveCommentsParts {
  api: Api;
  realtime: Realtime;
  sessions: SessionStore;
}

/** Newest comments to listen to. */
const WINDOW = 50;
/** A reader without a live connection gets the newest comments over HTTP after this time. */
const HTTP_FALLBACK_MS = 4_000;

/** The comments of one video, live until `close`. */
export class LiveComments {
  readonly videoId: string;
  readonly #parts: LiveCommentsParts;
  readonly #list = new CommentList(WINDOW);
  readonly #pending = new Set<PendingComment>();
  /** By content, the keys of posts that failed but may have been carried out. The same post again has to use the same key. */
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
    const fallback = setTimeout(() => {
      // With nothing loaded, the first page is the newest.
      if (!this.#isLoaded) this.loadOlder().catch(() => undefined);
    }, HTTP_FALLBACK_MS);
    this.#stops.push(
      () => clearTimeout(fallback),
      parts.realtime.watchNewest(
        videoId,
        WINDOW,
        (comments) => this.#onWindow(comments),
        () => this.#onRefused(),
      ),
      parts.realtime.watchConnection((isConnected) => this.#onConnection(isConnected)),
    );
  }

  get state(): LiveState {
    const { comments, hasOlder } = this.#list;
    const pending = stillPending(this.#pending, comments);
    return { comments, pending, hasOlder, isLoaded: this.#isLoaded, connection: this.#connection };
  }

  /** Calls the listener now and after each change. Returns a function that stops it. */
  subscribe(listener: (state: LiveState) => void): Stop {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Posts a comment as the signed-in user and shows it at once. If it fails and the same content is posted again, it is posted
   * only once. A comment that comes back `held` for review is no longer shown: tell the author. It appears once it is approved.
   * @throws ApiError, NetworkError; the comment is then no longer shown, unless it has arrived after all
   */
  async post(content: string): Promise<Comment> {
    const session = this.#parts.sessions.current;
    if (!session) throw signedOut();
    const { id, username } = session.user;
    const known = new Set(this.#list.comments.map((comment) => comment.id));
    const pending: PendingComment = { content, user: { id, username }, known };
    const key = this.#openKeys.get(content) ?? crypto.randomUUID();
    this.#pending.add(pending);
    this.#notify();
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
      this.#notify();
    }
  }

  /** Deletes a comment. One that is gone already counts as deleted. @throws ApiError, NetworkError */
  async delete(commentId: string): Promise<void> {
    try {
      await this.#parts.api.deleteComment(this.videoId, commentId);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
    }
    this.#list.addDeleted(commentId);
    this.#notify();
  }

  /** Adds a page of older comments. While one is loading, waits for that one. @throws ApiError, NetworkError */
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
    const { cursor, generation } = this.#list.keepOlder();
    this.#notify();
    const page = await this.#parts.api.listComments(this.videoId, {
      limit: PAGE_LIMIT.default,
      ...(cursor ? { cursor } : {}),
    });
    this.#list.addPage(page, generation);
    this.#isLoaded = true;
    this.#notify();
  }

  #onWindow(comments: Comment[]): void {
    this.#list.setWindow(comments);
    this.#isLoaded = true;
    this.#notify();
  }

  #onChanges(changes: Map<number, MirroredChange>): void {
    this.#list.setChanges(changes);
    this.#notify();
  }

  #onConnection(isConnected: boolean): void {
    if (this.#connection === "refused") return;
    if (isConnected) this.#connection = "live";
    else if (this.#connection === "live") this.#connection = "reconnecting";
    this.#notify();
  }

  #onRefused(): void {
    this.#connection = "refused";
    this.#notify();
  }

  #notify(): void {
    this.#followChanges();
    const { state } = this;
    for (const listener of this.#listeners) listener(state);
  }

  /** Listens to the changes only while the list needs them: they carry every comment a second time. */
  #followChanges(): void {
    const from = this.#list.followFrom;
    if (from === this.#followed?.from) return;
    this.#followed?.stop();
    this.#followed = undefined;
    if (from === undefined) return;
    const stop = this.#parts.realtime.watchChanges(this.videoId, from, (changes) => this.#onChanges(changes));
    this.#followed = { from, stop };
  }
}
