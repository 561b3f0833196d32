/**
 * Keeps the focus in the stream when the comment that has it is taken away by somebody else. No other comment gets it: a key that is
 * pressed at that moment was meant for the one that is gone.
 */
export class StreamFocus {
  readonly #root: ShadowRoot;
  #focused: Element | null | undefined;

  constructor(root: ShadowRoot) {
    this.#root = root;
  }

  before(): void {
    this.#focused = this.#root.activeElement?.closest("article");
  }

  after(): void {
    if (!this.#focused || this.#focused.isConnected) return;
    this.#root.querySelector<HTMLElement>(".stream")?.focus({ preventScroll: true });
  }
}
