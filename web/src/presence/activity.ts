import type { ConnectionState } from "./wire.ts";

/** Without input for so long, somebody is away, although the tab is in front of them. */
const AWAY_AFTER_MS = 5 * 60_000;

/** The part of `window` that is used. */
export interface Page extends EventTarget {
  readonly document: EventTarget & { readonly visibilityState: string };
}

const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** Whether somebody is at the page: `away` while the tab is hidden, or after five minutes without input. */
export class Activity {
  readonly #page: Page;
  readonly #onChange: () => void;
  readonly #stopping = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #inputAt = performance.now();
  #state: ConnectionState;

  constructor(page: Page, onChange: () => void) {
    this.#page = page;
    this.#onChange = onChange;
    const { signal } = this.#stopping;
    // Captured, so that input counts also where the page stops the event.
    const options = { signal, passive: true, capture: true };
    for (const name of INPUTS) page.addEventListener(name, () => this.#onInput(), options);
    page.document.addEventListener("visibilitychange", () => this.#onInput(), { signal });
    this.#state = this.#look();
    this.#wait();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  stop(): void {
    this.#stopping.abort();
    clearTimeout(this.#timer);
  }

  #onInput(): void {
    this.#inputAt = performance.now();
    this.#update();
  }

  /** One timer, however many inputs there are: it looks when the last one was. */
  #wait(): void {
    const leftMs = this.#inputAt + AWAY_AFTER_MS - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#update();
        this.#wait();
      },
      leftMs > 0 ? leftMs : AWAY_AFTER_MS,
    );
  }

  #update(): void {
    const state = this.#look();
    if (state === this.#state) return;
    this.#state = state;
    this.#onChange();
  }

  #look(): ConnectionState {
    const isIdle = performance.now() - this.#inputAt >= AWAY_AFTER_MS;
    return this.#page.document.visibilityState === "hidden" || isIdle ? "away" : "active";
  }
}
