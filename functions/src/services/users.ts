import type { Context } from "../context.ts";
import { ProblemError } from "../errors.ts";
import { duplicateKey } from "../tables/database.ts";
import type { Role } from "../tables/users.ts";
import { findUser, insertUser } from "../tables/users.ts";

export interface User {
  id: string;
  email: string;
  username: string;
  role: Role;
  created_at: string;
}

export interface Registration {
  email: string;
  username: string;
  password: string;
}

/**
 * Adds an account.
 * @throws ProblemError `email_taken`, `username_taken`
 */
export async function registerUser(context: Context, registration: Registration): Promise<User> {
  const { email, username, password } = registration;
  const user = {
    id: context.newId(),
    email: email.trim(),
    username,
    email_canonical: canonical(email),
    username_canonical: canonical(username),
    password_hash: await context.passwords.hash(password),
  };
  try {
    await insertUser(context.db, user);
  } catch (error) {
    const key = duplicateKey(error);
    if (key === "users_email") throw new ProblemError("email_taken", { cause: error });
    if (key === "users_username") throw new ProblemError("username_taken", { cause: error });
    throw error;
  }
  const row = await findUser(context.db, user.id);
  if (!row) throw new Error("a user that was inserted is not there");
  return toUser(row);
}

/** The form in which two spellings of one name or address are equal; ours, since collations differ between servers. */
export function canonical(text: string): string {
  return text.trim().normalize("NFKC").toLowerCase();
}

export function toUser(row: { id: string; email: string; username: string; role: Role; inserted_at: Date }): User {
  const { id, email, username, role, inserted_at } = row;
  return { id, email, username, role, created_at: inserted_at.toISOString() };
}
