import { ApiError } from "./errors.ts";
import { sendRequest } from "./http.ts";
import { type RetryRules, withRetries } from "./retry.ts";
import type { Session, SessionStore } from "./session.ts";
import { type SignedIn, REFRESH_GRACE_SECONDS } from "./wire.ts";

/** The part of the Web Locks API (`navigator.locks`) that is used: one holder of a name in the whole browser. */
export interface Locks {
  request<T>(name: string, callback: () => Promise<T>): Promise<T>;
}

export interface RefresherOptions {
  base: string;
  sessions: SessionStore;
  /** `navigator.locks`; undefined where the page is not a secure context. */
  locks: Locks | undefined;
  wait?: RetryRules["wait"];
}

/**
 * The API ends the session if it gets a refresh token again after the grace period. So a refresh without a response is retried
 * soon or not at all.
 */
const ATTEMPT_TIMEOUT_MS = 4_000;
const RETRY_WITHIN_MS = (REFRESH_GRACE_SECONDS - 2) * 1_000;

/** Exchanges the session's tokens for new ones, one exchange at a time in a tab; in the whole browser if it has Web Locks. */
export class Refresher {
  readonly #base: string;
  readonly #sessions: SessionStore;
  readonly #locks: Locks | undefined;
  readonly #retryRules: RetryRules;
  #running: Promise<Session> | undefined;

  constructor({ base, sessions, locks, wait }: RefresherOptions) {
    this.#base = base;
    this.#sessions = sessions;
    this.#locks = locks;
    this.#retryRules = { attempts: 3, withinMs: RETRY_WITHIN_MS, ...(wait ? { wait } : {}) };
  }

  /**
   * Returns the session with another access token than the refused one.
   * @throws ApiError `unauthenticated` if the session has ended; it is then forgotten
   */
  async refresh(refused: Session): Promise<Session> {
    this.#running ??= this.#withLock(() => this.#exchange(refused)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #withLock(work: () => Promise<Session>): Promise<Session> {
    return this.#locks ? this.#locks.request("live-comments.refresh", work) : work();
  }

  async #exchange(refused: Session): Promise<Session> {
    const session = this.#sessions.current;
    if (!session) throw signedOut();
    // Another request or tab has exchanged it already.
    if (session.accessToken !== refused.accessToken) return session;
    const body = { refresh_token: session.refreshToken };
    const request = { method: "POST", path: "/sessions/refresh", body, timeoutMs: ATTEMPT_TIMEOUT_MS } as const;
    try {
      const signedIn = await withRetries(() => sendRequest<SignedIn>(this.#base, request), this.#retryRules);
      // The user may have signed out, or somebody else in, in the meantime.
      if (!this.#isCurrent(session)) throw signedOut();
      return this.#sessions.start(signedIn);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "invalid_refresh_token") throw error;
      if (this.#isCurrent(session)) this.#sessions.end();
      throw signedOut();
    }
  }

  #isCurrent(session: Session): boolean {
    return this.#sessions.current?.refreshToken === session.refreshToken;
  }
}

export function signedOut(): ApiError {
  return new ApiError(401, { code: "unauthenticated", title: "Nobody is signed in" });
}
