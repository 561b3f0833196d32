import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { revokeSessions } from "./revocation.ts";
import { transact } from "../../database/database.ts";
import { deactivateDevice, listDevices as listRows } from "../../tables/accounts/user-devices.ts";
import { audit } from "../operation/audit.ts";
import type { Principal } from "./sessions.ts";

export interface Device {
  id: string;
  device_id: string;
  name: string;
  info: Record<string, string>;
  last_seen_at: string;
  created_at: string;
  /** Whether the request comes from it. */
  is_current: boolean;
}

/** The user's devices, the last seen first. `last_seen_at` may be five minutes behind. */
export async function listDevices(context: Context, principal: Principal): Promise<Device[]> {
  const rows = await listRows(context.db, principal.user_id);
  return rows.map((row) => {
    const info: Record<string, string> = JSON.parse(row.device_info);
    return {
      id: row.id,
      device_id: row.device_id,
      name: nameOf(info),
      info,
      last_seen_at: row.last_seen_at.toISOString(),
      created_at: row.inserted_at.toISOString(),
      is_current: row.id === principal.user_device_id,
    };
  });
}

/**
 * Ends the sessions of one of the user's devices. Signing in on it makes it active again.
 * @throws ProblemError `not_found`, also for another's device
 */
export async function revokeDevice(context: Context, principal: Principal, id: string): Promise<void> {
  await transact(context.db, async (transaction) => {
    if (!(await deactivateDevice(transaction, principal.user_id, id))) throw new ProblemError("not_found");
    const sessions = await revokeSessions(transaction, principal.user_id, { user_device_id: id });
    await audit(context, transaction, {
      action: "device.revoke",
      actor: principal,
      target: { type: "device", id },
      details: { sessions: sessions.length },
    });
  });
  await context.userRelay.publish(principal.user_id);
}

/** What a person may know the device by, from what its client said of it. */
function nameOf(info: Record<string, string>): string {
  const parts = [info["name"] ?? info["model"] ?? info["browser"], info["os"] ?? info["platform"]];
  return parts.filter((part) => part !== undefined && part.trim() !== "").join(", ") || "Unknown device";
}
