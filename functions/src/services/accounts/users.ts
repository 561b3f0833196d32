import type { Registration, Role, User } from "../../contract/account.ts";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { duplicateKey, transact } from "../../database/database.ts";
import { insertRename } from "../../tables/sync/user-renames.ts";
import { findUser, insertUser, updateUser } from "../../tables/accounts/users.ts";
import { audit } from "../operation/audit.ts";
import { canonical } from "../../content/canonical.ts";
import { refuseGuessable } from "../../security/weak-passwords.ts";
import type { Principal } from "./sessions.ts";

/**
 * Adds an account.
 * @throws ProblemError `email_taken`, `username_taken`, `weak_password`
 */
export async function registerUser(
  context: Context,
  registration: Registration,
  address: string | null,
): Promise<User> {
  const { email, username, password } = registration;
  await refuseGuessable(password, [email, username], "/password");
  const user = {
    id: context.newId(),
    email: email.trim(),
    username,
    email_canonical: canonical(email),
    username_canonical: canonical(username),
    password_hash: await context.passwords.admit(() => context.passwords.hash(password)),
  };
  try {
    await transact(context.db, async (transaction) => {
      await insertUser(transaction, user);
      const actor = { user_id: user.id, address };
      await audit(context, transaction, { action: "user.register", actor, target: { type: "user", id: user.id } });
    });
  } catch (error) {
    throw toTaken(error);
  }
  return readUser(context, user.id);
}

/**
 * Changes the name under which the user is seen: over HTTP at once, for those who listen with the next sweeps.
 * @throws ProblemError `username_taken`
 */
export async function changeUsername(context: Context, principal: Principal, username: string): Promise<User> {
  const { user_id: id } = principal;
  try {
    await transact(context.db, async (transaction) => {
      await updateUser(transaction, id, { username, username_canonical: canonical(username) });
      await insertRename(transaction, id);
      await audit(context, transaction, { action: "user.username", actor: principal, target: { type: "user", id } });
    });
  } catch (error) {
    throw toTaken(error);
  }
  return readUser(context, id);
}

async function readUser(context: Context, id: string): Promise<User> {
  const row = await findUser(context.db, id);
  if (!row) throw new Error("a user that was just written is not there");
  return toUser(row);
}

function toTaken(error: unknown): unknown {
  const key = duplicateKey(error);
  if (key === "users_email") return new ProblemError("email_taken", { cause: error });
  if (key === "users_username") return new ProblemError("username_taken", { cause: error });
  return error;
}

export function toUser(row: { id: string; email: string; username: string; role: Role; inserted_at: Date }): User {
  const { id, email, username, role, inserted_at } = row;
  return { id, email, username, role, created_at: inserted_at.toISOString() };
}
