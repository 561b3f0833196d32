import type { Context } from "../../../context.ts";
import type { Device } from "../../../contract/account.ts";
import { MAX_DEVICES } from "../../../contract/limits.ts";
import { transact } from "../../../database/transactions.ts";
import { ProblemError } from "../../../errors.ts";
import { revokeSessions } from "./revocation.ts";
import type { Principal } from "../../../security/bearers.ts";
import { deactivateDevices, listActiveDevices } from "../../../tables/accounts/user-devices.ts";
import { audit } from "../../operation/audit.ts";

/** The user's devices, `MAX_DEVICES` at most, the last seen first. `last_seen_at` may be five minutes old. */
export async function listDevices(context: Context, principal: Principal): Promise<Device[]> {
  const rows = await listActiveDevices(context.db, principal.userId, { limit: MAX_DEVICES });
  return rows.map((row) => {
    const info: DeviceInfo = JSON.parse(row.device_info);
    return {
      id: row.id,
      device_id: row.device_id,
      name: nameOf(info),
      info,
      last_seen_at: row.last_seen_at.toISOString(),
      created_at: row.inserted_at.toISOString(),
      is_current: row.id === principal.userDeviceId,
    };
  });
}

/**
 * Revokes one of the user's devices: its sessions end. Signing in on it makes it active again.
 * @throws ProblemError `not_found`, also for somebody else's device
 */
export async function revokeDevice(context: Context, principal: Principal, id: string): Promise<void> {
  await transact(context.db, async (transaction) => {
    if ((await deactivateDevices(transaction, principal.userId, [id])) === 0) throw new ProblemError("not_found");
    const sessions = await revokeSessions(transaction, principal.userId, { userDeviceIds: [id] });
    await audit(context, transaction, {
      action: "device.revoke",
      actor: principal,
      target: { type: "device", id },
      details: { sessions: sessions.length },
    });
  });
  await context.userRelay.publish(principal.userId);
}

type DeviceInfo = Record<string, string>;

/** The name of a device from its `device_info`, JSON text. */
export function deviceName(deviceInfo: string): string {
  const info: DeviceInfo = JSON.parse(deviceInfo);
  return nameOf(info);
}

/** A name by which a person may recognize the device, from what its client sent. */
function nameOf(info: DeviceInfo): string {
  const parts = [info["name"] ?? info["model"] ?? info["browser"], info["os"] ?? info["platform"]];
  return parts.filter((part) => part !== undefined && part.trim() !== "").join(", ") || "Unknown device";
}
