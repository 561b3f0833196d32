import { canonicalize } from "../../content/canonicalize.ts";
import type { Context } from "../../context.ts";
import type { Registration, User } from "../../contract/account.ts";
import { duplicateKey } from "../../database/errors.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { networksOf } from "../../limits/network.ts";
import type { Principal } from "../../security/bearers.ts";
import { refuseWeakPassword } from "../../security/weak-passwords.ts";
import type { LiveSession } from "../../tables/accounts/sessions.ts";
import { type UserRow, findUser, insertUser, updateUser } from "../../tables/accounts/users.ts";
import { insertRename } from "../../tables/sync/user-renames.ts";
import { audit } from "../operation/audit.ts";

/**
 * Adds an account. It is counted once it is valid, just before its password is hashed.
 * @throws ProblemError `email_taken`, `username_taken`, `weak_password`, `rate_limited`; `unavailable` if too many wait
 */
export async function registerUser(
  context: Context,
  registration: Registration,
  address: string | null,
): Promise<User> {
  const { email, username, password } = registration;
  await refuseWeakPassword(password, [email, username], "/password");
  const networks = networksOf(address).map(({ name }) => name);
  const passwordHash = await context.passwords.admit({ networks }, async (hasher) => {
    await context.limits.count("register", "valid", { source: address, everyone: "all" });
    return hasher.hash(password);
  });
  const user = {
    id: context.newId(),
    email: email.trim(),
    username,
    email_canonical: canonicalize(email),
    username_canonical: canonicalize(username),
    password_hash: passwordHash,
  };
  try {
    await transact(context.db, async (transaction) => {
      await insertUser(transaction, user);
      const actor = { userId: user.id, address };
      await audit(context, transaction, { action: "user.register", actor, target: { type: "user", id: user.id } });
    });
  } catch (error) {
    throw toProblem(error);
  }
  return getUser(context, user.id);
}

/**
 * Changes the username. Responses over HTTP show it at once; comments in RTDB follow with the next sweeps.
 * @throws ProblemError `username_taken`
 */
export async function changeUsername(context: Context, principal: Principal, username: string): Promise<User> {
  const { userId } = principal;
  try {
    await transact(context.db, async (transaction) => {
      await updateUser(transaction, userId, { username, username_canonical: canonicalize(username) });
      await insertRename(transaction, userId);
      const target = { type: "user", id: userId } as const;
      await audit(context, transaction, { action: "user.username", actor: principal, target });
    });
  } catch (error) {
    throw toProblem(error);
  }
  return getUser(context, userId);
}

async function getUser(context: Context, id: string): Promise<User> {
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
