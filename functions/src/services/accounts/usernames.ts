import { canonicalize } from "../../content/canonicalize.ts";
import { refusalOf } from "../../content/filters/text-filter.ts";
import { LOOKS_VERSION, lookKeys } from "../../content/names/looks.ts";
import { isReservedName } from "../../content/names/reserved.ts";
import type { Context } from "../../context.ts";
import { DAYS_BETWEEN_RENAMES, FORMER_NAME_DAYS } from "../../contract/limits.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import type { Db } from "../../database/schema.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { insertLooks, isLookTaken, releaseLooks, withdrawLooks } from "../../tables/accounts/username-looks.ts";
import { type UserRow, lockUser, secondsSinceRename, setUsername } from "../../tables/accounts/users.ts";
import { listBans } from "../../tables/moderation/bans.ts";
import { insertRename } from "../../tables/sync/user-renames.ts";
import { audit } from "../operation/audit.ts";
import { requireHigherRole } from "./roles.ts";

/** The columns of a name that follows the rules. */
export function newNameOf(username: string): Pick<UserRow, "username" | "username_canonical" | "looks_version"> {
  return { username, username_canonical: canonicalize(username), looks_version: LOOKS_VERSION };
}

/** @throws ProblemError `username_taken` for a reserved name, `content_refused` for one that a filter refuses */
export function refuseName(context: Pick<Context, "filters">, username: string): void {
  if (isReservedName(username)) throw new ProblemError("username_taken", { detail: "The name is reserved." });
  // Digits and separators beside a word hide it from the filters, and from nobody else.
  const letters = username.replaceAll(/[\p{N}_.-]/gu, " ");
  const detail = refusalOf(context.filters, username) ?? refusalOf(context.filters, letters);
  if (detail !== undefined) throw new ProblemError("content_refused", { errors: [{ pointer: "/username", detail }] });
}

/**
 * Gives the user the looks of the name. Call it after the name is written, in the same transaction.
 * @throws ProblemError `username_taken` if another user's name looks the same, or did in the last 30 days
 */
export async function claimLooks(transaction: Db, userId: string, username: string): Promise<void> {
  const looks = lookKeys(username);
  await insertLooks(transaction, userId, looks);
  if (await isLookTaken(transaction, userId, { looks, days: FORMER_NAME_DAYS }))
    throw new ProblemError("username_taken");
}

/**
 * Changes the principal's own name, once a week. The earlier one stays reserved for them for 30 days. The user's own data shows the new name
 * at once; comments, in RTDB and in pages that are kept under a tag, follow with the next sweeps. Safe to repeat: a name
 * that the user has already is no change.
 * @throws ProblemError `username_taken`, `content_refused`, `banned`, `rename_too_soon`
 */
export async function changeUsername(context: Context, principal: Principal, username: string): Promise<void> {
  const { userId } = principal;
  refuseName(context, username);
  await transactName(context, async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (!user) throw new ProblemError("unauthenticated");
    if (user.username === username) return;
    await refuseBannedAnywhere(transaction, userId);
    await refuseTooSoon(transaction, userId);
    await releaseLooks(transaction, userId);
    await writeName(transaction, userId, username);
    await audit(context, transaction, {
      action: "user.username",
      actor: principal,
      target: { type: "user", id: userId },
    });
  });
}

/**
 * Gives a user of a lower role another name, at any time. Nobody gets the earlier name for 30 days, and the user cannot change the new one
 * for a week. Safe to repeat.
 * @throws ProblemError `not_found`, `forbidden`, `username_taken`, `content_refused`
 */
export async function forceUsername(
  context: Context,
  principal: Principal,
  userId: string,
  username: string,
): Promise<void> {
  refuseName(context, username);
  await transactName(context, async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (!user) throw new ProblemError("not_found");
    requireHigherRole(principal, user);
    if (user.username === username) return;
    await withdrawLooks(transaction, userId, lookKeys(user.username));
    await writeName(transaction, userId, username);
    const target = { type: "user", id: userId } as const;
    await audit(context, transaction, { action: "user.username", actor: principal, target });
  });
}

async function writeName(transaction: Db, userId: string, username: string): Promise<void> {
  await setUsername(transaction, userId, newNameOf(username));
  await claimLooks(transaction, userId, username);
  await insertRename(transaction, userId);
}

/** A name is shown on every video, so a ban on one of them is enough. */
async function refuseBannedAnywhere(transaction: Db, userId: string): Promise<void> {
  const [ban] = await listBans(transaction, { userId, limit: 1 });
  if (ban) throw new ProblemError("banned", { detail: "A banned user cannot change the username." });
}

async function refuseTooSoon(transaction: Db, userId: string): Promise<void> {
  const elapsed = await secondsSinceRename(transaction, userId);
  const retryAfter = DAYS_BETWEEN_RENAMES * 86_400 - (elapsed ?? Infinity);
  if (retryAfter <= 0) return;
  const detail = `One change in ${DAYS_BETWEEN_RENAMES} days.`;
  throw new ProblemError("rename_too_soon", { retryAfter, detail });
}

async function transactName(context: Context, work: (transaction: Db) => Promise<void>): Promise<void> {
  try {
    await transact(context.db, work);
  } catch (error) {
    if (duplicateKey(error) === "users_username") throw new ProblemError("username_taken", { cause: error });
    throw error;
  }
}
