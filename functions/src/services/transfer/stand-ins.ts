import { standInNames } from "../../content/names/stand-in.ts";
import { SERVICE_EMAIL_DOMAINS } from "../../contract/account.ts";
import type { Context } from "../../context.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { findMissingUsers, insertStandIn } from "../../tables/accounts/stand-ins.ts";
import { claimLooks, newNameOf } from "../accounts/usernames.ts";

export interface ImportedAuthor {
  id: string;
  username: string;
}

/**
 * Gives each of these authors who is no user an account to which nobody can sign in: under the author's name if it follows the rules and is
 * free, otherwise under one like it. Safe to repeat, and to run twice at once.
 */
export async function addMissingAuthors(context: Context, authors: Map<string, ImportedAuthor>): Promise<void> {
  const missing = await findMissingUsers(context.db, Array.from(authors.keys()));
  if (missing.length === 0) return;
  const passwordHash = await context.passwords.hashOfNoPassword();
  for (const id of missing) {
    const author = authors.get(id);
    if (author) await addAuthor(context, author, passwordHash);
  }
}

async function addAuthor(context: Context, author: ImportedAuthor, passwordHash: string): Promise<void> {
  for (const name of standInNames(author, context.newId())) {
    if (await tryName(context, { author, name, passwordHash })) return;
  }
  throw new Error("every name for an imported author is taken");
}

/** False if the name, or one that looks the same, is taken. */
async function tryName(
  { db }: Context,
  { author: { id }, name, passwordHash }: { author: ImportedAuthor; name: string; passwordHash: string },
): Promise<boolean> {
  const email = `${id}@${SERVICE_EMAIL_DOMAINS.imported}`;
  try {
    return await transact(db, async (transaction) => {
      const isNew = await insertStandIn(transaction, { id, email, ...newNameOf(name) }, passwordHash);
      // Either the name is taken, or another import has just added the author.
      if (!isNew) return (await findMissingUsers(transaction, [id])).length === 0;
      await claimLooks(transaction, id, name);
      return true;
    });
  } catch (error) {
    if (error instanceof ProblemError && error.code === "username_taken") return false;
    throw error;
  }
}
