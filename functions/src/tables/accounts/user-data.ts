import { sql } from "kysely";
import { byIndex, deleteByIndex } from "../../database/access-paths.ts";
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

/** Where records of a type are: their table and the index by user, whose they are, and a column that is unique for the user. */
interface RecordPlace {
  table: string;
  index: string;
  owner: string;
  key: string;
}

/** Records about a user except the account and the comments. */
const RECORDS: Record<UserRecordType, RecordPlace> = {
  device: { table: "user_devices", index: "user_devices_device", owner: "user_id", key: "device_id" },
  session: { table: "sessions", index: "sessions_user", owner: "user_id", key: "id" },
  // A user has fewer than one page of them.
  watched_video: { table: "watched_videos", index: "watched_videos_user", owner: "user_id", key: "session_id" },
  held_comment: { table: "held_comments", index: "held_comments_user", owner: "user_id", key: "id" },
  slow_mode_turn: { table: "slow_mode_turns", index: "PRIMARY", owner: "user_id", key: "video_id" },
  report: { table: "reports", index: "reports_user", owner: "user_id", key: "comment_id" },
  ban: { table: "bans", index: "PRIMARY", owner: "user_id", key: "video_id" },
  audit_entry: { table: "audit_log", index: "audit_log_actor", owner: "actor_id", key: "id" },
};

export type UserRecord = Record<string, unknown>;

/** The user's records of a type: those after `after`, a value of `cursor`, if given. */
export async function listUserRecords(
  db: Db,
  type: UserRecordType,
  userId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ rows: UserRecord[]; cursor: string | undefined }> {
  const { table, index, owner, key } = RECORDS[type];
  const isAfter = page.after === undefined ? sql`` : sql`AND ${sql.ref(key)} > ${page.after}`;
  const { rows } = await sql<UserRecord>`
    SELECT * FROM ${sql.table(table)} FORCE INDEX (${sql.ref(index)}) WHERE ${sql.ref(owner)} = ${userId} ${isAfter}
    ORDER BY ${sql.ref(key)} LIMIT ${page.limit}`.execute(db);
  return { rows, cursor: rows.length < page.limit ? undefined : String(rows.at(-1)?.[key]) };
}

export async function countUserRecords(db: Db, type: UserRecordType, userId: string): Promise<number> {
  const { table, index, owner } = RECORDS[type];
  const { rows } = await sql<{ count: number }>`
    SELECT COUNT(*) AS count FROM ${sql.table(table)} FORCE INDEX (${sql.ref(index)}) WHERE ${sql.ref(owner)} = ${userId}`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** Erases at most `limit` rows of each kind that tell something about the user; returns how many there were. Safe to repeat. */
export async function eraseUserRows(db: Db, userId: string, limit: number): Promise<number> {
  const where = sql`user_id = ${userId}`;
  const deletions = [
    { table: "idempotency_keys", key: ["user_id", "idempotency_key"], index: "PRIMARY" },
    { table: "slow_mode_turns", key: ["user_id", "video_id"], index: "PRIMARY" },
    { table: "username_looks", key: ["look", "user_id"], index: "username_looks_user" },
    { table: "reports", key: ["comment_id", "user_id"], index: "reports_user" },
    { table: "bans", key: ["user_id", "video_id"], index: "PRIMARY" },
  ] as const;
  const most = sql.lit(limit);
  const updates = [
    // No client can send a colon (`DEVICE_ID`), so no other device of the user has this id.
    sql`UPDATE user_devices FORCE INDEX (user_devices_device) SET device_id = CONCAT('erased:', id), device_info = '{}'
      WHERE user_id = ${userId} AND device_id <> CONCAT('erased:', id) LIMIT ${most}`,
    sql`UPDATE audit_log FORCE INDEX (audit_log_actor) SET address = NULL
      WHERE actor_id = ${userId} AND address IS NOT NULL LIMIT ${most}`,
  ];
  let erased = 0;
  for (const deletion of deletions) erased += await deleteByIndex(db, { ...deletion, where, limit });
  for (const update of updates) erased += Number((await update.execute(db)).numAffectedRows ?? 0n);
  return erased;
}

/** Takes the addresses out of at most `limit` audit entries about these users, sessions and devices; returns how many there were. */
export async function eraseAddressesAbout(db: Db, targetIds: string[], limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE audit_log FORCE INDEX (audit_log_target) SET address = NULL WHERE target_id IN (${sql.join(targetIds)}) AND address IS NOT NULL
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
    .updateTable(byIndex("users", "PRIMARY"))
    .set({ email, email_canonical: email, username, username_canonical: username, password_hash: passwordHash })
    .where("id", "=", id)
    .execute();
}
