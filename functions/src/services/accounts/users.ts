import { canonicalize } from "../../content/canonicalize.ts";
import type { Context } from "../../context.ts";
import type { Registration, User } from "../../contract/account.ts";
import { isReservedAddress } from "../../content/names/reserved.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { networksOf } from "../../limits/network.ts";
import { refuseWeakPassword } from "../../security/weak-passwords.ts";
import type { LiveSession } from "../../tables/accounts/sessions.ts";
import { type UserRow, findUser, findUsernames, insertUser } from "../../tables/accounts/users.ts";
import { audit } from "../operation/audit.ts";
import { claimLooks, newNameOf, refuseName } from "./usernames.ts";

/**
 * Adds an account. It is counted once it is valid, just before its password is hashed.
 * @throws ProblemError `email_taken`, `username_taken`, `weak_password`, `content_refused`, `rate_limited`; `unavailable` if too many wait
 */
export async function registerUser(
  context: Context,
  registration: Registration,
  address: string | null,
): Promise<User> {
  const { email, username, password } = registration;
  refuseName(context, username);
  if (isReservedAddress(canonicalize(email))) throw new ProblemError("email_taken");
  await refuseWeakPassword(password, [email, username], "/password");
  const networks = networksOf(address).map(({ name }) => name);
  const passwordHash = await context.passwords.admit({ networks }, async (hasher) => {
    await context.limits.count("register", "valid", { source: address, everyone: "all" });
    return hasher.hash(password);
  });
  const user = {
    id: context.newId(),
    email: email.trim(),
    email_canonical: canonicalize(email),
    ...newNameOf(username),
    password_hash: passwordHash,
  };
  try {
    await transact(context.db, async (transaction) => {
      await insertUser(transaction, user);
      await claimLooks(transaction, user.id, username);
      const actor = { userId: user.id, address };
      await audit(context, transaction, { action: "user.register", actor, target: { type: "user", id: user.id } });
    });
  } catch (error) {
    throw toProblem(error);
  }
  return getUser(context, user.id);
}

export async function getUser(context: Context, id: string): Promise<User> {
  const row = await findUser(context.db, id);
  if (!row) throw new Error("a user is missing right after they were written");
  return toUser(row);
}

function toProblem(error: unknown): unknown {
  const key = duplicateKey(error);
  if (key === "users_email") return new ProblemError("email_taken", { cause: error });
  if (key === "users_username") return new ProblemError("username_taken", { cause: error });
  return error;
}

export function toUser({ id, email, username, role, inserted_at }: UserRow): User {
  return { id, email, username, role, created_at: inserted_at.toISOString() };
}

export function userOfSession({ userId, email, username, role, registeredAt }: LiveSession): User {
  return { id: userId, email, username, role, created_at: registeredAt.toISOString() };
}

/** The names of users, by their ids, for a list of those who watch. */
export async function listUsernames({ db }: Pick<Context, "db">, ids: string[]): Promise<Record<string, string>> {
  return Object.fromEntries((await findUsernames(db, ids)).map(({ id, username }) => [id, username]));
}
