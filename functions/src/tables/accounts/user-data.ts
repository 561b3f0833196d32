import { sql } from "kysely";
import { SERVICE_EMAIL_DOMAINS, SERVICE_NAME_PREFIXES } from "../../contract/account.ts";
import type { Db } from "../../database/schema.ts";

/**
 * Erases what identifies a user from the account and from the rows about it. The user's row stays, without a name, because tombstones
 * refer to it. Audit entries stay, without addresses.
 */
export async function eraseUserData(transaction: Db, id: string, passwordHash: string): Promise<void> {
  const email = `${id}@${SERVICE_EMAIL_DOMAINS.erased}`;
  const username = `${SERVICE_NAME_PREFIXES.erased}${id.slice(-12)}`;
  await transaction
    .updateTable("users")
    .set({ email, email_canonical: email, username, username_canonical: username, password_hash: passwordHash })
    .where("id", "=", id)
    .execute();
  await transaction
    .updateTable("user_devices")
    .set({ device_id: sql`id`, device_info: "{}" })
    .where("user_id", "=", id)
    .execute();
  await transaction.updateTable("audit_log").set({ address: null }).where("actor_id", "=", id).execute();
  for (const table of ["idempotency_keys", "reports", "bans", "username_looks"] as const) {
    await transaction.deleteFrom(table).where("user_id", "=", id).execute();
  }
}

/** Everything about a user except the account and the comments, by kind of record. */
export async function readUserData(db: Db, id: string) {
  return {
    device: await db.selectFrom("user_devices").selectAll().where("user_id", "=", id).orderBy("id").execute(),
    session: await db.selectFrom("sessions").selectAll().where("user_id", "=", id).orderBy("id").execute(),
    held_comment: await db.selectFrom("held_comments").selectAll().where("user_id", "=", id).orderBy("id").execute(),
    report: await db.selectFrom("reports").selectAll().where("user_id", "=", id).execute(),
    ban: await db.selectFrom("bans").selectAll().where("user_id", "=", id).execute(),
    audit_entry: await db.selectFrom("audit_log").selectAll().where("actor_id", "=", id).orderBy("id").execute(),
  };
}
