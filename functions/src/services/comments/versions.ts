import type { Db } from "../../database/schema.ts";
import { transact } from "../../database/transactions.ts";

/** The versions that an `If-Match` header names; "any" for `*` or without the header. */
export type Versions = number[] | "any";

export function matchesVersion(version: number, versions: Versions): boolean {
  return versions === "any" || versions.includes(version);
}

/** Thrown inside a transaction to roll it back, so that it gives its change number back: the comment changed meanwhile. */
export class CommentChanged extends Error {}

/** Runs a transaction; returns undefined if it was rolled back because the comment changed meanwhile. */
export async function transactUnlessChanged<T>(db: Db, work: (transaction: Db) => Promise<T>): Promise<T | undefined> {
  try {
    return await transact(db, work);
  } catch (error) {
    if (error instanceof CommentChanged) return undefined;
    throw error;
  }
}
