import { sql } from "kysely";
import type { Db } from "../../database/schema.ts";

export const USER_RECORD_TYPES = [
  "device",
  "session",
  "watched_video",
  "held_comment",
  "slow_mode_turn",
  "report",
  "ban",
  "audit_entry",
] as const;
export type UserRecordType = (typeof USER_RECORD_TYPES)[number];

/** Records about a user except the account and the comments: their table, whose they are, and a column that is unique for the user. */
const RECORDS: Record<UserRecordType, { table: string; owner: string; key: string }> = {
  device: { table: "user_devices", owner: "user_id", key: "device_id" },
  session: { table: "sessions", owner: "user_id", key: "id" },
  // A user has fewer than one page of them.
  watched_video: { table: "watched_videos", owner: "user_id", key: "session_id" },
  held_comment: { table: "held_comments", owner: "user_id", key: "id" },
  slow_mode_turn: { table: "slow_mode_turns", owner: "user_id", key: "video_id" },
  report: { table: "reports", owner: "user_id", key: "comment_id" },
  ban: { table: "bans", owner: "user_id", key: "video_id" },
  audit_entry: { table: "audit_log", owner: "actor_id", key: "id" },
};

export type UserRecord = Record<string, unknown>;

/** The user's records of a type: those after `after`, a value of `cursor`, if given. */
export async function listUserRecords(
  db: Db,
  type: UserRecordType,
  userId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ rows: UserRecord[]; cursor: string | undefined }> {
  const { table, owner, key } = RECORDS[type];
  const isAfter = page.after === undefined ? sql`` : sql`AND ${sql.ref(key)} > ${page.after}`;
  const { rows } = await sql<UserRecord>`
    SELECT * FROM ${sql.table(table)} WHERE ${sql.ref(owner)} = ${userId} ${isAfter}
    ORDER BY ${sql.ref(key)} LIMIT ${page.limit}`.execute(db);
  return { rows, cursor: rows.length < page.limit ? undefined : String(rows.at(-1)?.[key]) };
}

export async function countUserRecords(db: Db, type: UserRecordType, userId: string): Promise<number> {
  const { table, owner } = RECORDS[type];
  const { rows } = await sql<{ count: number }>`
    SELECT COUNT(*) AS count FROM ${sql.table(table)} WHERE ${sql.ref(owner)} = ${userId}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Erases at most `limit` rows of each kind that tell something about the user; returns how many there were. Safe to repeat. */
export async function eraseUserRows(db: Db, userId: string, limit: number): Promise<number> {
  const most = sql.lit(limit);
  const statements = [
    sql`DELETE FROM idempotency_keys WHERE user_id = ${userId} LIMIT ${most}`,
    sql`DELETE FROM slow_mode_turns WHERE user_id = ${userId} LIMIT ${most}`,
    sql`DELETE FROM username_looks WHERE user_id = ${userId} LIMIT ${most}`,
    sql`DELETE FROM reports WHERE user_id = ${userId} LIMIT ${most}`,
    sql`DELETE FROM bans WHERE user_id = ${userId} LIMIT ${most}`,
    sql`UPDATE user_devices SET device_id = id, device_info = '{}' WHERE user_id = ${userId} AND device_id <> id LIMIT ${most}`,
    sql`UPDATE audit_log SET address = NULL WHERE actor_id = ${userId} AND address IS NOT NULL LIMIT ${most}`,
  ];
  let erased = 0;
  for (const one of statements) erased += Number((await one.execute(db)).numAffectedRows ?? 0n);
  return erased;
}

/** Takes the addresses out of at most `limit` audit entries about these users, sessions and devices; returns how many there were. */
export async function eraseAddressesAbout(db: Db, targetIds: string[], limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE audit_log SET address = NULL WHERE target_id IN (${sql.join(targetIds)}) AND address IS NOT NULL
    LIMIT ${sql.lit(limit)}`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Takes the name, the address and the password from the account. Throws `ER_DUP_ENTRY` if the new name or address is taken. */
export async function eraseAccount(
  transaction: Db,
  id: string,
  { email, username, passwordHash }: { email: string; username: string; passwordHash: string },
): Promise<void> {
  await transaction
    .updateTable("users")
    .set({ email, email_canonical: email, username, username_canonical: username, password_hash: passwordHash })
    .where("id", "=", id)
    .execute();
}
