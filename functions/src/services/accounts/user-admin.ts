import { canonicalize } from "../../content/canonicalize.ts";
import type { Context } from "../../context.ts";
import type { AdminUser, Role, UserPage } from "../../contract/account.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { revokeAllSessions, revokeSessions } from "./sessions/revocation.ts";
import {
  type UserRow,
  countUnlock,
  findUser,
  findUsers,
  lockActiveAdmins,
  lockUser,
  updateUser,
} from "../../tables/accounts/users.ts";
import { takeMirrorSeq } from "../../tables/sync/user-mirrors.ts";
import { insertRename } from "../../tables/sync/user-renames.ts";
import { type Actor, audit } from "../operation/audit.ts";
import { pageOf } from "../paging.ts";
import { toUser } from "./users.ts";

export interface UserQuery {
  /** The beginning of an e-mail address or a username. */
  search?: string | undefined;
  role?: Role | undefined;
  is_active?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** A page of users, in the order of registration. */
export async function listUsers(
  context: Pick<Context, "db">,
  { search, role, is_active, limit, cursor }: UserQuery,
): Promise<UserPage> {
  const filter = { prefix: search === undefined ? undefined : canonicalize(search), role, is_active };
  const rows = await findUsers(context.db, filter, { after: cursor, limit: limit + 1 });
  const page = pageOf(rows, limit, { toItem: toAdminUser, cursorOf: ({ id }) => id });
  return { users: page.items, next_cursor: page.nextCursor };
}

/**
 * Changes a user's role, activity or both, from the user's next request on. A deactivated user's sessions end for good.
 * @throws ProblemError `not_found`; `last_admin` if no active admin would be left
 */
export async function changeUser(
  context: Context,
  actor: Actor,
  id: string,
  change: { role?: Role | undefined; is_active?: boolean | undefined },
): Promise<AdminUser> {
  // Sessions of a deactivated user that one transaction could not revoke must not come back to life.
  if (change.is_active === true) await revokeSessionsOfInactive(context, id);
  await transact(context.db, async (transaction) => {
    // Admins before the user: everybody who changes users takes these locks in this order.
    const adminIds = await lockActiveAdmins(transaction);
    const user = await lockUser(transaction, id);
    if (!user) throw new ProblemError("not_found");
    const { role = user.role, is_active = user.is_active } = change;
    const isLastAdmin = adminIds.length === 1 && adminIds.includes(id);
    if (isLastAdmin && !(role === "admin" && is_active)) throw new ProblemError("last_admin");

    const target = { type: "user", id } as const;
    if (role !== user.role) {
      await audit(context, transaction, { action: "user.role", actor, target, details: { from: user.role, to: role } });
      await insertRename(transaction, id);
    }
    if (is_active !== user.is_active) {
      const ended = is_active ? [] : await revokeSessions(transaction, id, {});
      await takeMirrorSeq(transaction, id);
      const details = { is_active, sessions_ended: ended.length };
      await audit(context, transaction, { action: "user.activity", actor, target, details });
    }
    if (role !== user.role || is_active !== user.is_active) await updateUser(transaction, id, { role, is_active });
  });
  try {
    if (change.is_active === false) await revokeAllSessions(context, id);
  } finally {
    // Also if that failed, and if nothing has changed: an earlier request may have failed after its commit.
    if (change.is_active !== undefined) await context.userRelay.publish(id);
  }
  const row = await findUser(context.db, id);
  if (!row) throw new ProblemError("not_found");
  return toAdminUser(row);
}

async function revokeSessionsOfInactive(context: Context, id: string): Promise<void> {
  const user = await findUser(context.db, id);
  if (user && !user.is_active) await revokeAllSessions(context, id);
}

/** Forgets the attempts that were counted against the account, for every source. Those counted against a source alone stay. */
export async function unlockUser(context: Context, actor: Actor, id: string): Promise<void> {
  await transact(context.db, async (transaction) => {
    if (!(await countUnlock(transaction, id))) throw new ProblemError("not_found");
    await audit(context, transaction, { action: "user.unlock", actor, target: { type: "user", id } });
  });
}

function toAdminUser(row: UserRow): AdminUser {
  return { ...toUser(row), is_active: row.is_active, last_login_at: row.last_login_at?.toISOString() ?? null };
}
