import type { Api } from "../api/api.ts";
import { pause } from "../http/pause.ts";
import { MAX_LISTED_VIEWERS } from "./wire.ts";

/** How many names are kept; the ones that were asked for first are forgotten first. */
const MAX_NAMES = 1_000;
/** Those who come together are asked for together. */
const GATHER_MS = 500;
const RETRY_MS = 15_000;

/** The names of those who are present on one video. Each is asked for once, and again after an error. */
export class Usernames {
  readonly #api: Api;
  readonly #onLoaded: () => void;
  readonly #signal: AbortSignal;
  readonly #names = new Map<string, string>();
  readonly #wanted = new Set<string>();
  #isLoading = false;

  /** @param signal ends it */
  constructor(api: Api, onLoaded: () => void, signal: AbortSignal) {
    this.#api = api;
    this.#onLoaded = onLoaded;
    this.#signal = signal;
  }

  /** The name, empty for an id that no user has, if it is known; else it is asked for, and `onLoaded` is called when it has come. */
  find(userId: string): string | undefined {
    const name = this.#names.get(userId);
    if (name === undefined && this.#wanted.size < MAX_NAMES) {
      this.#wanted.add(userId);
      void this.#load();
    }
    return name;
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    await pause(GATHER_MS, this.#signal);
    while (this.#wanted.size > 0 && !this.#signal.aborted) {
      try {
        await this.#ask([...this.#wanted].slice(0, MAX_LISTED_VIEWERS));
      } catch {
        await pause(RETRY_MS, this.#signal);
        // They are asked for again when they are shown again.
        this.#wanted.clear();
      }
    }
    this.#isLoading = false;
  }

  async #ask(ids: string[]): Promise<void> {
    const { usernames } = await this.#api.call("listUsernames", { ids: ids.join(",") }, { signal: this.#signal });
    for (const id of ids) {
      this.#wanted.delete(id);
      this.#names.set(id, usernames[id] ?? "");
    }
    for (const id of this.#names.keys()) {
      if (this.#names.size <= MAX_NAMES) break;
      this.#names.delete(id);
    }
    this.#onLoaded();
  }
}
