import type { Copies } from "./copies.ts";
import type { Database } from "./database.ts";

export interface BrowserDatabase {
  /** Opens the database at the first call. Its code is loaded then too. */
  open: () => Promise<Database | undefined>;
  copies: () => Promise<Copies>;
  close: () => Promise<void>;
}

export function lazyDatabase(name: string): BrowserDatabase {
  let opened: Promise<Database | undefined> | undefined;
  let copies: Promise<Copies> | undefined;
  const open = async () => {
    opened ??= import("./database.ts").then(({ openDatabase }) => openDatabase(name));
    return opened;
  };
  return {
    open,
    copies: async () => {
      copies ??= import("./copies.ts").then(({ Copies }) => new Copies(open()));
      return copies;
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}
