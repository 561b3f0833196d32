import type { Generated, Selectable } from "kysely";
import { sql } from "kysely";
import type { Db, NullableTimestamp, Timestamp, UpdatedTimestamp } from "./schema.ts";

export type Role = "user" | "moderator" | "admin";

export interface UsersTable {
  id: string;
  email: string;
  username: string;
  email_canonical: string;
  username_canonical: string;
  password_hash: string;
  role: Generated<Role>;
  is_active: Generated<boolean>;
  last_login_at: NullableTimestamp;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export type UserRow = Selectable<UsersTable>;

export interface NewUser {
  id: string;
  email: string;
  username: string;
  email_canonical: string;
  username_canonical: string;
  password_hash: string;
}

/** Adds a user; throws the driver's `ER_DUP_ENTRY`, which names the key, when the e-mail or the username is taken. */
export async function insertUser(db: Db, user: NewUser): Promise<void> {
  await db.insertInto("users").values(user).execute();
}

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  return db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function findUserByEmail(db: Db, emailCanonical: string): Promise<UserRow | undefined> {
  return db.selectFrom("users").selectAll().where("email_canonical", "=", emailCanonical).executeTakeFirst();
}

export async function markLogin(db: Db, id: string): Promise<void> {
  await db
    .updateTable("users")
    .set({ last_login_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}
