import { ApiError } from "./errors.ts";
import type { HttpRequest } from "./http.ts";
import { sendRequest } from "./http.ts";
import type { RefresherOptions } from "./refresh.ts";
import { Refresher, signedOut } from "./refresh.ts";
import type { RetryRules } from "./retry.ts";
import { withRetries } from "./retry.ts";
import type { Session, SessionStore } from "./session.ts";
import type { Comment, CommentPage, RealtimeSettings, SignedIn, User } from "./wire.ts";

/** The base ends in `/v1`, without a slash behind it. */
export interface ApiOptions extends RefresherOptions {
  /** What a user may see in the list of their devices. */
  deviceInfo?: Record<string, string>;
}

/**
 * The HTTP API. Every method throws ApiError or NetworkError. What is safe to repeat is repeated when no answer comes: reads, a
 * post (under its key) and a deletion; nothing else. An access token that is refused is exchanged once, and the request sent again.
 */
export class Api {
  readonly #base: string;
  readonly #sessions: SessionStore;
  readonly #refresher: Refresher;
  readonly #deviceInfo: Record<string, string>;
  readonly #retries: RetryRules;

  constructor(options: ApiOptions) {
    this.#base = options.base;
    this.#sessions = options.sessions;
    this.#refresher = new Refresher(options);
    this.#deviceInfo = options.deviceInfo ?? {};
    this.#retries = { attempts: 4, ...(options.wait ? { wait: options.wait } : {}) };
  }

  /** Adds an account; does not sign in. */
  async register(registration: { email: string; username: string; password: string }): Promise<User> {
    const answer = await this.#send<{ user: User }>({ method: "POST", path: "/users", body: registration });
    return answer.user;
  }

  /** Begins a session for the whole browser. */
  async signIn(credentials: { email: string; password: string }): Promise<User> {
    const device = { id: this.#sessions.deviceId, info: this.#deviceInfo };
    const body = { ...credentials, device };
    return this.#sessions.begin(await this.#send<SignedIn>({ method: "POST", path: "/sessions", body })).user;
  }

  /** Ends the session for the whole browser, also when the API cannot be told. */
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

  /** @param cursor the id of a comment: the page begins with the next older one */
  async listComments(videoId: string, page: { limit: number; cursor?: string }): Promise<CommentPage> {
    const query = new URLSearchParams({ limit: String(page.limit), ...(page.cursor ? { cursor: page.cursor } : {}) });
    return this.#repeat(() => this.#send({ method: "GET", path: `${commentsPath(videoId)}?${query}` }));
  }

  /** @param key the `Idempotency-Key`: new for each comment, the same when the same comment is tried again */
  async postComment(videoId: string, content: string, key: string): Promise<Comment> {
    const headers = { "idempotency-key": key };
    const request = { method: "POST", path: commentsPath(videoId), body: { content }, headers } as const;
    const author = this.#session();
    const answer = await this.#repeat(() => this.#sendAs<{ comment: Comment }>(author, request));
    return answer.comment;
  }

  /** Safe to repeat. */
  async deleteComment(videoId: string, commentId: string): Promise<void> {
    const user = this.#session();
    const path = `${commentsPath(videoId)}/${encodeURIComponent(commentId)}`;
    await this.#repeat(() => this.#sendAs(user, { method: "DELETE", path }));
  }

  async realtimeSettings(): Promise<RealtimeSettings> {
    return this.#repeat(() => this.#send({ method: "GET", path: "/realtime" }));
  }

  /** A Firebase custom token for the session. */
  async firebaseToken(): Promise<string> {
    const request = { method: "POST", path: "/realtime/token" } as const;
    return (await this.#sendAs<{ firebase_token: string }>(this.#session(), request)).firebase_token;
  }

  #session(): Session {
    const session = this.#sessions.current;
    if (!session) throw signedOut();
    return session;
  }

  /** Sends as this session's user, with whatever tokens the browser has for it now. */
  async #sendAs<T>({ user }: Session, request: HttpRequest): Promise<T> {
    const session = this.#sessions.current;
    // Somebody else has signed in in another tab: nothing is done in their name.
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

  async #repeat<T>(attempt: () => Promise<T>): Promise<T> {
    return withRetries(attempt, this.#retries);
  }
}

function commentsPath(videoId: string): string {
  return `/videos/${encodeURIComponent(videoId)}/comments`;
}
