import { sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import type { Db } from "../../database/schema.ts";

/** The ids among these that no user has. */
export async function findMissingUsers(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("users", "PRIMARY"))
    .select("id")
    .where("id", "in", ids)
    .where(namingRow("inserted_at"))
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

export interface StandIn {
  id: string;
  email: string;
  username: string;
  username_canonical: string;
  looks_version: number;
}

/** Adds an account to which nobody can sign in; false if its id or its name exists already. */
export async function insertStandIn(transaction: Db, standIn: StandIn, passwordHash: string): Promise<boolean> {
  const { id, email, username, username_canonical, looks_version } = standIn;
  const insertion = sql`
    INSERT INTO users
      (id, email, email_canonical, username, username_canonical, looks_version, password_hash, is_active)
    VALUES (${id}, ${email}, ${email}, ${username}, ${username_canonical}, ${looks_version}, ${passwordHash}, 0)`;
  try {
    await insertion.execute(transaction);
    return true;
  } catch (error) {
    if (duplicateKey(error) === undefined) throw error;
    return false;
  }
}
