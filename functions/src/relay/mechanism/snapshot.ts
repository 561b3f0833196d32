import type { Db } from "../../database/schema.ts";

/** Runs `work` in a read-only transaction in which all reads see the same moment. */
export function inSnapshot<T>(db: Db, work: (snapshot: Db) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(work);
}
