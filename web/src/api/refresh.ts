import { hasCode, signedOut } from "../http/errors.ts";
import { type RetryRules, withRetries } from "../http/retry.ts";
import { type MoreHeaders, sendRequest } from "../http/send-request.ts";
import { type Locks, runLocked } from "../locks.ts";
import type { Session, SessionStore } from "../session/session-store.ts";
import { type SignedIn, REFRESH_GRACE_SECONDS } from "../wire.ts";

export interface RefresherOptions {
  /** Ends in `/v1`, without a slash after it. */
  base: string;
  sessions: SessionStore;
  /** Of the lock that this browser's tabs share. */
  name: string;
  /** `navigator.locks`; undefined where the page is not a secure context. */
  locks: Locks | undefined;
  wait?: RetryRules["wait"];
  /** Sent with each request. */
  moreHeaders?: MoreHeaders | undefined;
}

/**
 * The API ends the session if it gets a refresh token again after the grace period. So a refresh without a response is retried
 * soon or not at all.
 */
const ATTEMPT_TIMEOUT_MS = 4_000;
const RETRY_WITHIN_MS = (REFRESH_GRACE_SECONDS - 2) * 1_000;
/**
 * Then a tab goes on without the lock. Shorter than the grace period, so that the session survives if the tab that holds the lock was
 * frozen after it had sent the same token.
 */
const LOCK_WAIT_MS = RETRY_WITHIN_MS;

/** Exchanges the session's tokens for new ones, one exchange at a time in a tab; in the whole browser if it has Web Locks. */
export class Refresher {
  readonly #base: string;
  readonly #sessions: SessionStore;
  readonly #name: string;
  readonly #locks: Locks | undefined;
  readonly #moreHeaders: MoreHeaders | undefined;
  readonly #retryRules: RetryRules;
  #running: Promise<Session> | undefined;

  constructor({ base, sessions, locks, name, wait, moreHeaders }: RefresherOptions) {
    this.#base = base;
    this.#sessions = sessions;
    this.#locks = locks;
    this.#moreHeaders = moreHeaders;
    this.#name = name;
    this.#retryRules = { attempts: 3, withinMs: RETRY_WITHIN_MS, wait };
  }

  /**
   * Returns the session with another access token than the refused one.
   * @throws ApiError `unauthenticated` if the session has ended; it is then forgotten
   */
  async refresh(refused: Session): Promise<Session> {
    this.#running ??= this.#withLock(() => this.#exchangeCurrent(refused)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #withLock(work: () => Promise<Session>): Promise<Session> {
    const [locks, name] = [this.#locks, `${this.#name}.refresh`];
    return locks ? runLocked({ name, locks, maxWaitMs: LOCK_WAIT_MS }, work) : work();
  }

  /**
   * Exchanges a refresh token, whosever it is.
   * @throws ApiError `invalid_refresh_token` if the session has ended
   */
  async exchange(refreshToken: string): Promise<SignedIn> {
    const url = `${this.#base}/sessions/refresh`;
    const request = {
      method: "POST",
      url,
      body: { refresh_token: refreshToken },
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      // Before the attempts: waiting for them would take an attempt's whole time.
      headers: { ...(await this.#moreHeaders?.()) },
    };
    return withRetries(async () => (await sendRequest<SignedIn>(request)).body, this.#retryRules);
  }

  async #exchangeCurrent(refused: Session): Promise<Session> {
    const session = this.#sessions.current;
    if (!session) throw signedOut();
    // Another request or tab has exchanged it already.
    if (session.accessToken !== refused.accessToken) return session;
    try {
      const signedIn = await this.exchange(session.refreshToken);
      if (this.#isCurrent(session)) return this.#sessions.start(signedIn);
      // Without Web Locks, another tab may have exchanged the same token, and stored the same session first.
      const { current } = this.#sessions;
      if (current?.id === session.id) return current;
      // The user has signed out in the meantime, or somebody has signed in.
      throw signedOut();
    } catch (error) {
      if (!hasCode(error, "invalid_refresh_token")) throw error;
      if (this.#isCurrent(session)) this.#sessions.noteEnd();
      throw signedOut();
    }
  }

  #isCurrent(session: Session): boolean {
    return this.#sessions.current?.refreshToken === session.refreshToken;
  }
}
