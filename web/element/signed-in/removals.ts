import type { Room } from "../room/room.ts";

/**
 * Deletions that can still be undone: the comment is gone at once, and the API is told when the time is over, or when the page is
 * hidden, whichever is first.
 */
export class Removals {
  readonly #room: Pick<Room, "hide" | "unhide">;
  readonly #waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; send: () => void }>();
  readonly #ending = new AbortController();

  constructor(room: Pick<Room, "hide" | "unhide">) {
    this.#room = room;
    const { signal } = this.#ending;
    addEventListener("pagehide", () => this.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush(), {
      signal,
    });
  }

  /**
   * Hides the comment, and deletes it a little later.
   * @param remove if it fails, the comment is shown again
   */
  add(commentId: string, delayMs: number, remove: () => Promise<boolean>): void {
    const send = () => {
      this.#forget(commentId);
      void remove().then((isDone) => {
        if (!isDone) this.#room.unhide(commentId);
      });
    };
    this.#waiting.set(commentId, { timer: setTimeout(send, delayMs), send });
    this.#room.hide(commentId);
  }

  undo(commentId: string): void {
    if (!this.#waiting.has(commentId)) return;
    this.#forget(commentId);
    this.#room.unhide(commentId);
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
