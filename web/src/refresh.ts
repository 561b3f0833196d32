import { ApiError } from "./errors.ts";
import { sendRequest } from "./http.ts";
import type { RetryRules } from "./retry.ts";
import { withRetries } from "./retry.ts";
import type { Session, SessionStore } from "./session.ts";
import type { SignedIn } from "./wire.ts";

/** What is used of the Web Locks API (`navigator.locks`): one holder of a name in the whole browser. */
export interface Locks {
  request<T>(name: string, callback: () => Promise<T>): Promise<T>;
}

export interface RefresherOptions {
  base: string;
  sessions: SessionStore;
  /** `navigator.locks`; undefined where the page is no secure context. */
  locks: Locks | undefined;
  wait?: RetryRules["wait"];
}

/**
 * Milliseconds. A refresh token gets its one successor for 10 s (the API's grace), and ends the session after: so a lost answer is
 * asked for again soon or never.
 */
const ATTEMPT_TIMEOUT = 4_000;
const RETRY_WITHIN = 8_000;

/** Exchanges the session's tokens for new ones: one exchange at a time in a tab, and in the browser where it has Web Locks. */
export class Refresher {
  readonly #base: string;
  readonly #sessions: SessionStore;
  readonly #locks: Locks | undefined;
  readonly #retries: RetryRules;
  #running: Promise<Session> | undefined;

  constructor({ base, sessions, locks, wait }: RefresherOptions) {
    this.#base = base;
    this.#sessions = sessions;
    this.#locks = locks;
    this.#retries = { attempts: 3, within: RETRY_WITHIN, ...(wait ? { wait } : {}) };
  }

  /**
   * The session with another access token than the one that was refused.
   * @throws ApiError `unauthenticated` when the session has ended; it is then forgotten
   */
  async refresh(refused: Session): Promise<Session> {
    this.#running ??= this.#locked(() => this.#exchange(refused)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #locked(work: () => Promise<Session>): Promise<Session> {
    return this.#locks ? this.#locks.request("live-comments.refresh", work) : work();
  }

  async #exchange(refused: Session): Promise<Session> {
    const session = this.#sessions.current;
    if (!session) throw signedOut();
    // Another request or tab was first.
    if (session.accessToken !== refused.accessToken) return session;
    const body = { refresh_token: session.refreshToken };
    const request = { method: "POST", path: "/sessions/refresh", body, timeout: ATTEMPT_TIMEOUT } as const;
    try {
      const answer = await withRetries(() => sendRequest<SignedIn>(this.#base, request), this.#retries);
      // Signed out, or in as somebody else, while the answer was under way: that stands.
      if (!this.#isCurrent(session)) throw signedOut();
      return this.#sessions.begin(answer);
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
