import type { OutboxItem } from "../outbox/item.ts";
import type { Connection, Database } from "./database.ts";

/** The messages, in IndexedDB. What it does not take, because it is blocked or full, stays in memory for as long as the page is open. */
export class OutboxStore {
  readonly #load: () => Promise<Database>;
  readonly #memory = new Map<string, OutboxItem>();

  constructor(load: () => Promise<Database>) {
    this.#load = load;
  }

  /** In the order in which they were composed. */
  async all(): Promise<OutboxItem[]> {
    const kept = await this.#use((connection) => connection.getAll("outbox"));
    const items = new Map([...(kept ?? []), ...this.#memory.values()].map((item) => [item.key, item]));
    return [...items.values()].sort((a, b) => a.composedAt - b.composedAt || (a.key < b.key ? -1 : 1));
  }

  async add(item: OutboxItem): Promise<void> {
    const key = await this.#use((connection) => connection.put("outbox", item));
    if (key === undefined) this.#memory.set(item.key, item);
  }

  /** Changes a message, if it is still there. Returns it as it is then. */
  async update(key: string, change: Partial<OutboxItem>): Promise<OutboxItem | undefined> {
    const inMemory = this.#memory.get(key);
    if (inMemory) {
      const changed = { ...inMemory, ...change };
      this.#memory.set(key, changed);
      return changed;
    }
    let changed: OutboxItem | undefined;
    const isDone = await this.#use(async (connection) => {
      const transaction = connection.transaction("outbox", "readwrite");
      const item = await transaction.store.get(key);
      changed = item && { ...item, ...change };
      if (changed) await transaction.store.put(changed);
      await transaction.done;
      return true;
    });
    // The storage is full. This page knows better from now on.
    if (!isDone && changed) this.#memory.set(key, changed);
    return changed;
  }

  async remove(key: string): Promise<void> {
    this.#memory.delete(key);
    await this.#use((connection) => connection.delete("outbox", key));
  }

  async #use<T>(work: (connection: Connection) => Promise<T>): Promise<T | undefined> {
    // If its code cannot be had now, the next call loads it.
    const database = await this.#load().catch(() => undefined);
    return database?.use(work);
  }
}
