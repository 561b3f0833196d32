/** The part of `localStorage` that is used. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** `localStorage`, or undefined where the browser or the person blocks it: reading it throws then. */
export function browserStorage(): KeyValueStorage | undefined {
  try {
    return globalThis.localStorage ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * A storage that always works. What the browser's storage refuses, because it is blocked or full, stays in memory for as long as the
 * page is open.
 */
export class SafeStorage implements KeyValueStorage {
  readonly #storage: KeyValueStorage | undefined;
  /** What the storage did not take; null for what could not be removed. */
  readonly #memory = new Map<string, string | null>();

  constructor(storage: KeyValueStorage | undefined) {
    this.#storage = storage;
  }

  getItem(key: string): string | null {
    const kept = this.#memory.get(key);
    if (kept !== undefined) return kept;
    try {
      return this.#storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  setItem(key: string, value: string): void {
    this.#memory.delete(key);
    try {
      if (!this.#storage) throw new Error("there is no storage");
      this.#storage.setItem(key, value);
    } catch {
      this.#memory.set(key, value);
    }
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    try {
      this.#storage?.removeItem(key);
    } catch {
      this.#memory.set(key, null);
    }
  }

  /** Another tab changed this key, or all of them (null): what it wrote is newer than what is in memory. */
  forget(key: string | null): void {
    if (key === null) this.#memory.clear();
    else this.#memory.delete(key);
  }
}
