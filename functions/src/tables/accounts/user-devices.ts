import { type Selectable, sql } from "kysely";
import { byIndex, deleteByIndex } from "../../database/access-paths.ts";
import type { UserDevicesTable } from "../../database/account-tables.ts";
import type { Db } from "../../database/schema.ts";

export type UserDeviceRow = Selectable<UserDevicesTable>;

/** Apart from sign-ins, `last_seen_at` is written at most this often: for a device in use all day 288 times, and not with every request. */
export const SEEN_INTERVAL_SECONDS = 300;

export interface SeenDevice {
  /** Used if the device is new. */
  id: string;
  user_id: string;
  device_id: string;
  device_info: Record<string, string>;
}

/** Adds the device, or marks a known one as seen and active; returns our id of it. Safe to repeat. */
export async function upsertDevice(db: Db, device: SeenDevice): Promise<string> {
  const deviceInfo = JSON.stringify(device.device_info);
  await db
    .insertInto("user_devices")
    .values({ ...device, device_info: deviceInfo })
    .onDuplicateKeyUpdate({ device_info: deviceInfo, last_seen_at: sql`NOW(3)`, is_active: true })
    .execute();
  const row = await db
    .selectFrom(byIndex("user_devices", "user_devices_device"))
    .select("id")
    .where("user_id", "=", device.user_id)
    .where("device_id", "=", device.device_id)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The user's active devices, the last seen first: those after the first `offset`. */
export async function listActiveDevices(
  db: Db,
  userId: string,
  { offset = 0, limit }: { offset?: number; limit: number },
): Promise<UserDeviceRow[]> {
  return db
    .selectFrom(byIndex("user_devices", "user_devices_active"))
    .selectAll()
    .where("user_id", "=", userId)
    .where("is_active", "=", true)
    .orderBy("last_seen_at", "desc")
    .orderBy("id", "desc")
    .offset(offset)
    .limit(limit)
    .execute();
}

/** Deactivates those of the user's devices; returns how many. One that is not theirs or not active is left out. */
export async function deactivateDevices(transaction: Db, userId: string, ids: string[]): Promise<number> {
  const result = await transaction
    .updateTable(byIndex("user_devices", "PRIMARY"))
    .set({ is_active: false })
    .where("id", "in", ids)
    .where("user_id", "=", userId)
    .where("is_active", "=", true)
    .executeTakeFirstOrThrow();
  return Number(result.numUpdatedRows);
}

/** Marks the device as seen now, unless another request did so within the interval. */
export async function markSeen(db: Db, id: string): Promise<void> {
  await db
    .updateTable(byIndex("user_devices", "PRIMARY"))
    .set({ last_seen_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .where("last_seen_at", "<", sql<Date>`NOW(3) - INTERVAL ${SEEN_INTERVAL_SECONDS} SECOND`)
    .execute();
}

/** Deletes at most `limit` of these users' inactive devices that no session names; returns how many. */
export async function deleteUnusedDevices(db: Db, userIds: string[], limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "user_devices",
    key: ["id"],
    index: "user_devices_active",
    where: sql`user_devices.user_id IN (${sql.join(userIds)}) AND user_devices.is_active = 0 AND NOT EXISTS (
      SELECT 1 FROM sessions FORCE INDEX (sessions_user_device) WHERE sessions.user_device_id = user_devices.id)`,
    limit,
  });
}

/** Whether a device of the user was seen within these seconds. It may have been seen `SEEN_INTERVAL_SECONDS` later than its row says. */
export async function wasSeenWithin(db: Db, userId: string, seconds: number): Promise<boolean> {
  const row = await db
    .selectFrom(byIndex("user_devices", "user_devices_device"))
    .select("id")
    .where("user_id", "=", userId)
    .where("last_seen_at", ">", sql<Date>`NOW(3) - INTERVAL ${seconds} SECOND`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
