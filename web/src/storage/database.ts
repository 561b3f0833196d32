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

export type Database = IDBPDatabase<Schema>;

/** Opens the browser's database; undefined where it is blocked. */
export async function openDatabase(name: string): Promise<Database | undefined> {
  try {
    const database = await openDB<Schema>(name, 1, {
      upgrade: (database) => {
        database.createObjectStore("outbox", { keyPath: "key" });
        database.createObjectStore("copies", { keyPath: "videoId" });
      },
      // A newer version of this client in another tab waits for us.
      blocking: () => database.close(),
    });
    return database;
  } catch {
    return undefined;
  }
}
