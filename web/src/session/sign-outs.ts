import type { Api } from "../api/api.ts";
import { ApiError, isOutcomeUnknown } from "../http/errors.ts";
import { backOffMs } from "../http/pause.ts";
import type { SessionStore } from "./session-store.ts";

/** The longest that a `Retry-After` is waited for. */
const LONGEST_PAUSE_MS = 3_600_000;

/** Tells the API of sessions that were ended here, as soon as it can be reached. Safe in several tabs at once. */
export class SignOuts {
  readonly #api: Api;
  readonly #sessions: SessionStore;
  #running: Promise<void> | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(api: Api, sessions: SessionStore) {
    this.#api = api;
    this.#sessions = sessions;
  }

  /** Tries now, and again until it succeeds. Never throws. */
  async carryOut(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    const tried = new Set<string>();
    let failure: unknown;
    while (!isOutcomeUnknown(failure)) {
      // Read again each time: a sign-out that is added meanwhile is part of this run.
      const session = this.#sessions.signOuts.find(({ id }) => !tried.has(id));
      if (!session) break;
      tried.add(session.id);
      try {
        await this.#api.endSession(session);
        this.#sessions.removeSignOut(session);
      } catch (error) {
        // Whatever refused it, a proxy or a rate limit perhaps, the session may live on.
        failure = error;
      }
    }
    this.#failures = failure ? this.#failures + 1 : 0;
    if (!failure || this.#isClosed) return;
    const seconds = failure instanceof ApiError ? (failure.retryAfter ?? 0) : 0;
    const pauseMs = Math.max(backOffMs(this.#failures), Math.min(seconds * 1_000, LONGEST_PAUSE_MS));
    this.#timer = setTimeout(() => void this.carryOut(), pauseMs);
  }
}
