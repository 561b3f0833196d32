import { loadOnce } from "../load-once.ts";
import type { Copies } from "./copies.ts";
import type { Database } from "./database.ts";

export interface BrowserDatabase {
  /** Loads the database's code. It is opened when it is used. */
  load: () => Promise<Database>;
  copies: () => Promise<Copies>;
  close: () => Promise<void>;
}

export function lazyDatabase(name: string): BrowserDatabase {
  let database: Promise<Database> | undefined;
  const load = loadOnce(async () => {
    database = import("./database.ts").then(({ Database }) => new Database(name));
    return database;
  });
  return {
    load,
    copies: loadOnce(async () => {
      const [{ Copies }, loaded] = await Promise.all([import("./copies.ts"), load()]);
      return new Copies(loaded);
    }),
    close: async () => (await database?.catch(() => undefined))?.close(),
  };
}
