import type { Role } from "../../database/schema.ts";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { revokeSessions } from "./revocation.ts";
import { transact } from "../../database/database.ts";
import { takeMirrorSeq } from "../../tables/sync/user-mirrors.ts";
import type { UserRow } from "../../tables/accounts/users.ts";
import {
  countUnlock,
  findUser,
  listUsers as listRows,
  lockActiveAdmins,
  lockUser,
  updateUser,
} from "../../tables/accounts/users.ts";
import type { Actor } from "../operation/audit.ts";
import { audit } from "../operation/audit.ts";
import type { User } from "./users.ts";
import { canonical } from "../../content/canonical.ts";
import { toUser } from "./users.ts";

/** A user as admins see them. */
export interface AdminUser extends User {
  is_active: boolean;
  last_login_at: string | null;
}

export interface UserQuery {
  /** The beginning of an e-mail address or a username. */
  search?: string | undefined;
  role?: Role | undefined;
  is_active?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** A page of users in the order of their registration; a cursor is a place, so that pages stay whole while users come. */
export async function listUsers(
  context: Pick<Context, "db">,
  { search, role, is_active, limit, cursor }: UserQuery,
): Promise<{ users: AdminUser[]; next_cursor: string | null }> {
  const filter = { prefix: search === undefined ? undefined : canonical(search), role, is_active };
  const rows = await listRows(context.db, filter, { after: cursor, limit: limit + 1 });
  const users = rows.slice(0, limit).map(toAdminUser);
  return { users, next_cursor: rows.length > limit ? (users.at(-1)?.id ?? null) : null };
}

/**
 * Changes a user's role, activity or both; counts from the user's next request on. A deactivated user's sessions end for good.
 * @throws ProblemError `not_found`; `last_admin` when no active admin would be left
 */
export async function changeUser(
  context: Context,
  actor: Actor,
  id: string,
  change: { role?: Role | undefined; is_active?: boolean | undefined },
): Promise<AdminUser> {
  const changed = await transact(context.db, async (transaction) => {
    // Admins before the user: all who change users take these locks in one order.
    const admins = await lockActiveAdmins(transaction);
    const user = await lockUser(transaction, id);
    if (!user) throw new ProblemError("not_found");
    const { role = user.role, is_active = user.is_active } = change;
    const staysAdmin = role === "admin" && is_active;
    if (!staysAdmin && admins.includes(id) && admins.length === 1) throw new ProblemError("last_admin");

    const target = { type: "user", id } as const;
    if (role !== user.role) {
      await audit(context, transaction, { action: "user.role", actor, target, details: { from: user.role, to: role } });
    }
    if (is_active !== user.is_active) {
      const ended = is_active ? [] : await revokeSessions(transaction, id, {});
      await takeMirrorSeq(transaction, id);
      const details = { is_active, sessions_ended: ended.length };
      await audit(context, transaction, { action: "user.activity", actor, target, details });
    }
    if (role !== user.role || is_active !== user.is_active) await updateUser(transaction, id, { role, is_active });
    return is_active !== user.is_active;
  });
  if (changed) await context.userRelay.publish(id);
  const row = await findUser(context.db, id);
  if (!row) throw new ProblemError("not_found");
  return toAdminUser(row);
}

/** Lets the user try to sign in again at once, however many tries were counted, from whatever source. */
export async function unlockUser(context: Context, actor: Actor, id: string): Promise<void> {
  await transact(context.db, async (transaction) => {
    if (!(await countUnlock(transaction, id))) throw new ProblemError("not_found");
    await audit(context, transaction, { action: "user.unlock", actor, target: { type: "user", id } });
  });
}

export function toAdminUser(row: UserRow): AdminUser {
  return { ...toUser(row), is_active: row.is_active, last_login_at: row.last_login_at?.toISOString() ?? null };
}
