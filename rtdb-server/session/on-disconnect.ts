import { isWithin } from "../tree/path.ts";
import type { Change } from "../data/change.ts";
import type { Path } from "../tree/path.ts";

/** What a connection wants written when it ends, in the order it was asked for; each entry is one atomic write. */
export class OnDisconnect {
  #writes: Change[][] = [];

  /** A later registration at the same place, or above it, replaces the earlier. */
  add(changes: Change[]): void {
    for (const { path } of changes) this.cancel(path);
    if (changes.length > 0) this.#writes.push(changes);
  }

  /** Forgets everything registered at the place and below it. */
  cancel(path: Path): void {
    this.#writes = this.#writes
      .map((changes) => changes.filter((change) => !isWithin(change.path, path)))
      .filter((changes) => changes.length > 0);
  }

  /** The writes, once: a second call gives none. */
  take(): Change[][] {
    const writes = this.#writes;
    this.#writes = [];
    return writes;
  }
}
