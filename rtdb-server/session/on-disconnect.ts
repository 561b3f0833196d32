import { MAX_ON_DISCONNECT_CHANGES, MAX_ON_DISCONNECT_LENGTH } from "../limits.ts";
import { limitExceeded } from "../request-error.ts";
import { type Path, isWithin } from "../tree/path.ts";
import type { Change } from "../data/write.ts";

interface RegisteredChange {
  readonly change: Change;
  readonly jsonLength: number;
}
type RegisteredWrite = readonly RegisteredChange[];

/** The writes that a client registered for the end of its connection, in order. Each is atomic. */
export class OnDisconnectWrites {
  #writes: readonly RegisteredWrite[] = [];

  /**
   * Registers a write. It replaces what was registered at its locations and below them.
   * @throws RequestError for too many writes; then nothing changes
   */
  add(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    let kept = this.#writes;
    for (const { path } of changes) kept = withoutPath(kept, path);
    const write = changes.map((change) => ({ change, jsonLength: JSON.stringify(change.json).length }));
    const writes = [...kept, write];
    checkLimits(writes.flat());
    this.#writes = writes;
  }

  /** Removes everything that was registered at the location and below it. */
  cancel(path: Path): void {
    this.#writes = withoutPath(this.#writes, path);
  }

  /** The writes, once: a second call gives none. */
  take(): Change[][] {
    const writes = this.#writes;
    this.#writes = [];
    return writes.map((write) => write.map(({ change }) => change));
  }
}

function withoutPath(writes: readonly RegisteredWrite[], path: Path): RegisteredWrite[] {
  return writes
    .map((write) => write.filter(({ change }) => !isWithin(change.path, path)))
    .filter((write) => write.length > 0);
}

function checkLimits(changes: readonly RegisteredChange[]): void {
  if (changes.length > MAX_ON_DISCONNECT_CHANGES) {
    throw limitExceeded(`A connection can register ${MAX_ON_DISCONNECT_CHANGES} onDisconnect locations`);
  }
  const length = changes.reduce((sum, change) => sum + change.jsonLength, 0);
  if (length > MAX_ON_DISCONNECT_LENGTH) throw limitExceeded("The onDisconnect writes of a connection are too large");
}
