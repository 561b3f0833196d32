import { type Selectable, sql } from "kysely";
import type { Role } from "../../contract/account.ts";
import { byIndex } from "../../database/access-paths.ts";
import type { UsersTable } from "../../database/account-tables.ts";
import type { Db } from "../../database/schema.ts";

export type UserRow = Selectable<UsersTable>;

export type NewUser = Pick<
  UserRow,
  "id" | "email" | "username" | "email_canonical" | "username_canonical" | "password_hash" | "looks_version"
>;

/** Adds a user. Throws `ER_DUP_ENTRY` if the e-mail address or the username is taken; the error names the key. */
export async function insertUser(db: Db, user: NewUser): Promise<void> {
  await db.insertInto("users").values(user).execute();
}

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  return db.selectFrom(byIndex("users", "PRIMARY")).selectAll().where("id", "=", id).executeTakeFirst();
}

export async function findUserByEmail(db: Db, emailCanonical: string): Promise<UserRow | undefined> {
  return db
    .selectFrom(byIndex("users", "users_email"))
    .selectAll()
    .where("email_canonical", "=", emailCanonical)
    .executeTakeFirst();
}

/** The names of those of these users that exist. */
export async function findUsernames(db: Db, ids: string[]): Promise<Pick<UserRow, "id" | "username">[]> {
  return db.selectFrom(byIndex("users", "PRIMARY")).select(["id", "username"]).where("id", "in", ids).execute();
}

/** The account that a sign-in names. */
export interface Account {
  user: UserRow;
  /** Whether the given device is the user's and not revoked. */
  hasKnownDevice: boolean;
}

/**
 * The account of an e-mail address, and whether a device is one of its own. It is one statement of one shape, whoever asks, so that its
 * time tells nothing.
 */
export async function findAccount(
  db: Db,
  emailCanonical: string,
  userDeviceId: string | undefined,
): Promise<Account | undefined> {
  const row = await db
    .selectFrom(byIndex("users", "users_email"))
    .leftJoin(byIndex("user_devices", "PRIMARY"), (join) =>
      join.onRef("user_devices.user_id", "=", "users.id").on("user_devices.id", "=", userDeviceId ?? ""),
    )
    .selectAll("users")
    .select("user_devices.is_active as has_known_device")
    .where("email_canonical", "=", emailCanonical)
    .executeTakeFirst();
  if (!row) return undefined;
  const { has_known_device, ...user } = row;
  return { user, hasKnownDevice: has_known_device === true };
}

export async function markSignedIn(db: Db, id: string): Promise<void> {
  await db
    .updateTable(byIndex("users", "PRIMARY"))
    .set({ last_login_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}

/** The user, locked until the transaction ends, so that nobody changes them meanwhile. */
export async function lockUser(transaction: Db, id: string): Promise<UserRow | undefined> {
  return transaction
    .selectFrom(byIndex("users", "PRIMARY"))
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

/** The ids of the active admins, locked until the transaction ends, so that two of them cannot remove each other. */
export async function lockActiveAdmins(transaction: Db): Promise<string[]> {
  const rows = await transaction
    .selectFrom(byIndex("users", "users_role"))
    .select("id")
    .where("role", "=", "admin")
    .where("is_active", "=", true)
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

/** Changes the given values. */
export async function updateUser(
  db: Db,
  id: string,
  values: Partial<Pick<UserRow, "email" | "email_canonical" | "password_hash" | "role" | "is_active">>,
): Promise<void> {
  await db.updateTable(byIndex("users", "PRIMARY")).set(values).where("id", "=", id).execute();
}

/** Gives the user a name. Throws `ER_DUP_ENTRY` if another user has it. */
export async function setUsername(
  transaction: Db,
  id: string,
  name: Pick<UserRow, "username" | "username_canonical" | "looks_version">,
): Promise<void> {
  await transaction
    .updateTable(byIndex("users", "PRIMARY"))
    .set({ ...name, renamed_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}

/** How many seconds ago the user's name was changed, in whole seconds; null if it never was. */
export async function secondsSinceRename(db: Db, id: string): Promise<number | null> {
  const row = await db
    .selectFrom(byIndex("users", "PRIMARY"))
    .select(sql<number | null>`TIMESTAMPDIFF(SECOND, renamed_at, NOW(3))`.as("seconds"))
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.seconds ?? null;
}

/** Counts one more unlock of the account; false if there is no such user. */
export async function countUnlock(db: Db, id: string): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("users", "PRIMARY"))
    .set({ unlocks: sql`unlocks + 1` })
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

export interface UserFilter {
  /** The beginning of an e-mail address or a username, canonicalized. */
  prefix?: string | undefined;
  role?: Role | undefined;
  is_active?: boolean | undefined;
}

/** A prefix takes two indexes, and reads all users who match it. By the others, the users are in the order of their ids. */
function indexesFor({ prefix, role }: UserFilter): [string, ...string[]] {
  if (prefix !== undefined) return ["users_email", "users_username"];
  return [role === undefined ? "PRIMARY" : "users_role"];
}

/** Users that match every given filter, in the order of registration: those after `after`, if given. */
export async function findUsers(
  db: Db,
  filter: UserFilter,
  page: { after?: string | undefined; limit: number },
): Promise<UserRow[]> {
  let query = db
    .selectFrom(byIndex("users", ...indexesFor(filter)))
    .selectAll()
    .orderBy("id")
    .limit(page.limit);
  if (filter.prefix !== undefined) {
    const pattern = `${filter.prefix.replaceAll(/[!%_]/g, "!$&")}%`;
    query = query.where(
      sql<boolean>`(email_canonical LIKE ${pattern} ESCAPE '!' OR username_canonical LIKE ${pattern} ESCAPE '!')`,
    );
  }
  if (filter.role !== undefined) query = query.where("role", "=", filter.role);
  if (filter.is_active !== undefined) query = query.where("is_active", "=", filter.is_active);
  if (page.after !== undefined) query = query.where("id", ">", page.after);
  return query.execute();
}
