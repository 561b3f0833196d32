import { ApiError } from "./errors.ts";
import { type HttpRequest, sendRequest } from "./http.ts";
import { type RefresherOptions, Refresher, signedOut } from "./refresh.ts";
import { type RetryRules, withRetries } from "./retry.ts";
import type { Session, SessionStore } from "./session.ts";
import {
  type Comment,
  type CommentPage,
  type CommentResponse,
  type RealtimeSettings,
  type RealtimeToken,
  type Registration,
  type SignedIn,
  type SignInRequest,
  type User,
  type UserResponse,
  HEADERS,
} from "./wire.ts";

/** `base` ends in `/v1`, without a slash after it. */
export interface ApiOptions extends RefresherOptions {
  /** Helps users to recognize this browser in the list of their devices. */
  deviceInfo?: Record<string, string>;
}

/**
 * The HTTP API. Every method throws ApiError or NetworkError. If no response comes, only requests that are safe to repeat are
 * retried: reads, posts (under their key) and deletions. A refused access token is exchanged once and the request sent again.
 */
export class Api {
  readonly #base: string;
  readonly #sessions: SessionStore;
  readonly #refresher: Refresher;
  readonly #deviceInfo: Record<string, string>;
  readonly #retryRules: RetryRules;

  constructor(options: ApiOptions) {
    this.#base = options.base;
    this.#sessions = options.sessions;
    this.#refresher = new Refresher(options);
    this.#deviceInfo = options.deviceInfo ?? {};
    this.#retryRules = { attempts: 4, ...(options.wait ? { wait: options.wait } : {}) };
  }

  /** Creates an account. Does not sign in. */
  async register(registration: Registration): Promise<User> {
    const { user } = await this.#send<UserResponse>({ method: "POST", path: "/users", body: registration });
    return user;
  }

  /** Starts a session for the whole browser. */
  async signIn(credentials: { email: string; password: string }): Promise<User> {
    const { deviceId: id, deviceTokens: tokens } = this.#sessions;
    const body: SignInRequest = { ...credentials, device: { id, info: this.#deviceInfo, tokens } };
    return this.#sessions.start(await this.#send<SignedIn>({ method: "POST", path: "/sessions", body })).user;
  }

  /** Ends the session for the whole browser, even if the API cannot be reached. */
  async signOut(): Promise<void> {
    const session = this.#sessions.current;
    if (!session) return;
    try {
      await this.#sendAs(session, { method: "DELETE", path: "/sessions/current" });
    } catch (error) {
      // It had ended already.
      if (!(error instanceof ApiError) || error.code !== "unauthenticated") throw error;
    } finally {
      if (this.#sessions.current?.id === session.id) this.#sessions.end();
    }
  }

  /** @param cursor a comment's id: the page begins with the next older comment */
  async listComments(videoId: string, page: { limit: number; cursor?: string }): Promise<CommentPage> {
    const query = new URLSearchParams({ limit: String(page.limit), ...(page.cursor ? { cursor: page.cursor } : {}) });
    return this.#retry(() => this.#send({ method: "GET", path: `${commentsPath(videoId)}?${query}` }));
  }

  /** @param key the `Idempotency-Key`: a new one for each comment, the same one to try the same comment again */
  async postComment(videoId: string, content: string, key: string): Promise<Comment> {
    const headers = { [HEADERS.idempotencyKey]: key };
    const request = { method: "POST", path: commentsPath(videoId), body: { content }, headers } as const;
    const author = this.#session();
    const { comment } = await this.#retry(() => this.#sendAs<CommentResponse>(author, request));
    return comment;
  }

  /** Safe to repeat. */
  async deleteComment(videoId: string, commentId: string): Promise<void> {
    const user = this.#session();
    const path = `${commentsPath(videoId)}/${encodeURIComponent(commentId)}`;
    await this.#retry(() => this.#sendAs(user, { method: "DELETE", path }));
  }

  async realtimeSettings(): Promise<RealtimeSettings> {
    return this.#retry(() => this.#send({ method: "GET", path: "/realtime" }));
  }

  /** A Firebase custom token for the session; null if the server can sign none now. */
  async firebaseToken(): Promise<string | null> {
    const request = { method: "POST", path: "/realtime/token" } as const;
    return (await this.#sendAs<RealtimeToken>(this.#session(), request)).firebase_token;
  }

  #session(): Session {
    const session = this.#sessions.current;
    if (!session) throw signedOut();
    return session;
  }

  /** Sends as this session's user, with the tokens that the browser has for that user now. */
  async #sendAs<T>({ user }: Session, request: HttpRequest): Promise<T> {
    const session = this.#sessions.current;
    // Somebody else may have signed in in another tab. Nothing is done in their name.
    if (session?.user.id !== user.id) throw signedOut();
    try {
      return await this.#send<T>(request, session.accessToken);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "unauthenticated") throw error;
      const renewed = await this.#refresher.refresh(session);
      if (renewed.user.id !== user.id) throw signedOut();
      return this.#send<T>(request, renewed.accessToken);
    }
  }

  async #send<T>(request: HttpRequest, accessToken?: string): Promise<T> {
    const authorization = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
    return sendRequest<T>(this.#base, { ...request, headers: { ...request.headers, ...authorization } });
  }

  async #retry<T>(attempt: () => Promise<T>): Promise<T> {
    return withRetries(attempt, this.#retryRules);
  }
}

function commentsPath(videoId: string): string {
  return `/videos/${encodeURIComponent(videoId)}/comments`;
}
