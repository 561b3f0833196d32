import { LOOKS_VERSION, lookKeys } from "../../content/names/looks.ts";
import type { Context } from "../../context.ts";
import { transact } from "../../database/transactions.ts";
import {
  deletePresentLooks,
  insertLooks,
  lockUsersWithOldLooks,
  setLooksVersion,
} from "../../tables/accounts/username-looks.ts";

/** Users in one transaction. */
const BATCH = 100;

/**
 * Computes the looks of names that have none by the present rules: names that are older than the rules, or that an earlier version of the
 * service wrote during a deployment. At most `limit` in one call. Safe to repeat, and to run twice at once.
 */
export async function refreshLooks(context: Pick<Context, "db">, limit: number): Promise<number> {
  let total = 0;
  while (total < limit) {
    const count = await transact(context.db, async (transaction) => {
      const users = await lockUsersWithOldLooks(transaction, LOOKS_VERSION, BATCH);
      if (users.length === 0) return 0;
      const ids = users.map(({ id }) => id);
      await deletePresentLooks(transaction, ids);
      for (const { id, username } of users) await insertLooks(transaction, id, lookKeys(username));
      await setLooksVersion(transaction, ids, LOOKS_VERSION);
      return users.length;
    });
    total += count;
    if (count < BATCH) break;
  }
  return total;
}
