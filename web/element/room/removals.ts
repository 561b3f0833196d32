/**
 * Deletions that can still be undone: the comment is gone at once, and the API is told when the time is over, or when the page is
 * hidden, whichever is first.
 */
export class Removals {
  readonly #onChange: () => void;
  readonly #waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; send: () => void }>();
  readonly #hidden = new Set<string>();
  readonly #ending = new AbortController();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    const { signal } = this.#ending;
    addEventListener("pagehide", () => this.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush(), {
      signal,
    });
  }

  /** Ids of comments that are not shown. */
  has(commentId: string): boolean {
    return this.#hidden.has(commentId);
  }

  /**
   * Hides the comment, and deletes it a little later.
   * @param remove if it fails, the comment is shown again
   */
  add(commentId: string, delayMs: number, remove: () => Promise<boolean>): void {
    const send = () => {
      this.#forget(commentId);
      void remove().then((isDone) => {
        if (isDone) return;
        this.#hidden.delete(commentId);
        this.#onChange();
      });
    };
    this.#hidden.add(commentId);
    this.#waiting.set(commentId, { timer: setTimeout(send, delayMs), send });
    this.#onChange();
  }

  undo(commentId: string): void {
    if (!this.#waiting.has(commentId)) return;
    this.#forget(commentId);
    this.#hidden.delete(commentId);
    this.#onChange();
  }

  flush(): void {
    for (const { send } of [...this.#waiting.values()]) send();
  }

  close(): void {
    this.flush();
    this.#ending.abort();
  }

  #forget(commentId: string): void {
    clearTimeout(this.#waiting.get(commentId)?.timer);
    this.#waiting.delete(commentId);
  }
}
