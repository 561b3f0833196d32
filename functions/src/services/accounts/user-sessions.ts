import type { Context } from "../../context.ts";
import type { UserSession } from "../../contract/account.ts";
import { MAX_SESSIONS } from "../../contract/limits.ts";
import { ProblemError } from "../../errors.ts";
import { listCurrentSessions } from "../../tables/accounts/sessions.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { deviceName } from "./sessions/devices.ts";

/** The sessions in which a user is signed in, the last begun first. @throws ProblemError `not_found` */
export async function listUserSessions({ db }: Pick<Context, "db">, userId: string): Promise<UserSession[]> {
  if (!(await findUser(db, userId))) throw new ProblemError("not_found");
  const rows = await listCurrentSessions(db, userId, MAX_SESSIONS);
  return rows.map(({ id, device_info, last_seen_at, inserted_at, expires_at }) => ({
    id,
    device: deviceName(device_info),
    last_seen_at: last_seen_at.toISOString(),
    created_at: inserted_at.toISOString(),
    expires_at: expires_at.toISOString(),
  }));
}
