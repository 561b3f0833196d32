import type { Api } from "../api/api.ts";
import { isOutcomeUnknown } from "../http/errors.ts";
import { backOffMs } from "../http/pause.ts";
import type { SessionStore } from "./session-store.ts";

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
    for (const session of this.#sessions.signOuts) {
      try {
        await this.#api.endSession(session);
      } catch (error) {
        if (isOutcomeUnknown(error)) {
          this.#failures += 1;
          if (!this.#isClosed) this.#timer = setTimeout(() => void this.carryOut(), backOffMs(this.#failures));
          return;
        }
      }
      this.#sessions.removeSignOut(session);
    }
    this.#failures = 0;
  }
}
