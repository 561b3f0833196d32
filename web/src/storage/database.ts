import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OutboxItem } from "../outbox/item.ts";
import type { Comment } from "../wire.ts";

/** What a page last showed of a video. */
export interface Copy {
  videoId: string;
  /** Oldest first. */
  comments: Comment[];
  seq: number;
  epoch: number | undefined;
  hasOlder: boolean;
  /** Milliseconds since 1970. */
  savedAt: number;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem };
  copies: { key: string; value: Copy };
}

export type Connection = IDBPDatabase<Schema>;

/**
 * The browser's database. It is opened when it is used, and again after the browser has ended the connection, as Safari does to pages in
 * the background.
 */
export class Database {
  readonly #name: string;
  #opening: Promise<Connection> | undefined;
  #isClosed = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Runs work that is safe to repeat. Returns undefined where the database is blocked, or full. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T | undefined> {
    return this.#try(work, false);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    (await this.#opening?.catch(() => undefined))?.close();
  }

  async #try<T>(work: (connection: Connection) => Promise<T>, isRetry: boolean): Promise<T | undefined> {
    if (this.#isClosed) return undefined;
    this.#opening ??= open(this.#name);
    const opening = this.#opening;
    try {
      return await work(await opening);
    } catch (error) {
      if (!hasLostConnection(error)) return undefined;
      // Unless other work has opened it again.
      if (this.#opening === opening) this.#opening = undefined;
      return isRetry ? undefined : this.#try(work, true);
    }
  }
}

async function open(name: string): Promise<Connection> {
  const connection = await openDB<Schema>(name, 1, {
    upgrade: (database) => {
      database.createObjectStore("outbox", { keyPath: "key" });
      database.createObjectStore("copies", { keyPath: "videoId" });
    },
    // A newer version of this client in another tab waits for us.
    blocking: () => connection.close(),
  });
  return connection;
}

/** A transaction on a connection that has ended is an InvalidStateError. WebKit ends those under way with an UnknownError. */
function hasLostConnection(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "InvalidStateError" || error.name === "UnknownError");
}
