import type { Room } from "../room/room.ts";

/** Nobody waits longer than this for the API before a sign-out. */
const FLUSH_MS = 3_000;

/**
 * Deletions that can still be undone: the comment is gone at once, and the API is told when the time is over, when the page is hidden,
 * or before the user signs out, whichever is first.
 */
export class Removals {
  readonly #room: Pick<Room, "client" | "hide" | "unhide">;
  /** What sends each of them. */
  readonly #waiting = new Map<string, () => Promise<void>>();
  readonly #ending = new AbortController();

  constructor(room: Pick<Room, "client" | "hide" | "unhide">) {
    this.#room = room;
    const { signal } = this.#ending;
    addEventListener("pagehide", () => void this.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.flush(), {
      signal,
    });
  }

  /**
   * Hides the comment, and deletes it a little later.
   * @param remove if it fails, the comment is shown again
   */
  add(commentId: string, delayMs: number, remove: () => Promise<boolean>): void {
    const send = async () => {
      // It was sent already, or undone, and perhaps deleted once more since.
      if (this.#waiting.get(commentId) !== send) return;
      this.#waiting.delete(commentId);
      if (!(await remove())) this.#room.unhide(commentId);
    };
    this.#waiting.set(commentId, send);
    setTimeout(() => void send(), delayMs);
    this.#room.hide(commentId);
    // A page that is left cannot renew the session.
    this.#room.client.session.prepare().catch(() => undefined);
  }

  undo(commentId: string): void {
    if (this.#waiting.delete(commentId)) this.#room.unhide(commentId);
  }

  /** Sends all at once. Resolves when the API has answered, or when it takes too long. */
  async flush(): Promise<void> {
    const sent = Promise.all([...this.#waiting.values()].map((send) => send()));
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
  }

  close(): void {
    void this.flush();
    this.#ending.abort();
  }
}
