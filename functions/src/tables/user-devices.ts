import type { Generated } from "kysely";
import { sql } from "kysely";
import type { Db, Timestamp, UpdatedTimestamp } from "./schema.ts";

export interface UserDevicesTable {
  id: string;
  user_id: string;
  device_id: string;
  /** JSON text. */
  device_info: string;
  last_seen_at: Timestamp;
  is_active: Generated<boolean>;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export interface DeviceSeen {
  /** Used when the device is new. */
  id: string;
  user_id: string;
  device_id: string;
  device_info: Record<string, string>;
}

/** Adds the device, or marks the known one as seen and active; returns our id of it. Safe to repeat. */
export async function upsertDevice(db: Db, device: DeviceSeen): Promise<string> {
  const deviceInfo = JSON.stringify(device.device_info);
  await db
    .insertInto("user_devices")
    .values({ ...device, device_info: deviceInfo })
    .onDuplicateKeyUpdate({ device_info: deviceInfo, last_seen_at: sql`NOW(3)`, is_active: true })
    .execute();
  const row = await db
    .selectFrom("user_devices")
    .select("id")
    .where("user_id", "=", device.user_id)
    .where("device_id", "=", device.device_id)
    .executeTakeFirstOrThrow();
  return row.id;
}
