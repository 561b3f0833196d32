import type { Context } from "../../context.ts";
import type { Ban, BanPage, OwnBan } from "../../contract/moderation.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { raiseSettingsVersion } from "../../tables/comments/videos.ts";
import { type BanRow, deleteBan, findBan, listBans as listBanRows, upsertBan } from "../../tables/moderation/bans.ts";
import { hasRole, requireHigherRole } from "../accounts/roles.ts";
import { audit } from "../operation/audit.ts";
import { pageOf } from "../paging.ts";

/**
 * Keeps a user from posting, editing and reporting, on one video or everywhere. Replaces an earlier ban of the same scope.
 * @throws ProblemError `not_found`; `invalid_request` if the ban has ended already; `forbidden` unless the user's role is lower
 */
export async function banUser(
  context: Context,
  principal: Principal,
  userId: string,
  ban: { video_id: string | null; ends_at: Date | null; reason: string },
): Promise<void> {
  const user = await findUser(context.db, userId);
  if (!user) throw new ProblemError("not_found");
  requireHigherRole(principal, user);
  const { video_id, ends_at, reason } = ban;
  if (ends_at !== null && ends_at <= context.clock())
    throw new ProblemError("invalid_request", { errors: [{ pointer: "/ends_at", detail: "is in the past" }] });
  await transact(context.db, async (transaction) => {
    await upsertBan(transaction, {
      user_id: userId,
      video_id: video_id ?? "",
      ends_at,
      reason,
      banned_by: principal.userId,
    });
    // Raises the version of the settings, so that a post that was already checked is checked again.
    if (video_id !== null) await raiseSettingsVersion(transaction, video_id);
    await audit(context, transaction, {
      action: "user.ban",
      actor: principal,
      target: { type: "user", id: userId },
      details: { video_id },
    });
  });
}

/**
 * Lifts the user's ban on the video, or everywhere if `videoId` is null.
 * @throws ProblemError `not_found`; `forbidden` for the principal's own ban, and unless the user's role is lower or the principal is an admin
 */
export async function liftBan(
  context: Context,
  principal: Principal,
  userId: string,
  videoId: string | null,
): Promise<void> {
  if (userId === principal.userId) throw new ProblemError("forbidden");
  const user = await findUser(context.db, userId);
  if (!user) throw new ProblemError("not_found");
  // An admin lifts any other: nobody has a higher role than somebody who was banned and then became an admin.
  if (!hasRole(principal.role, "admin")) requireHigherRole(principal, user);
  await transact(context.db, async (transaction) => {
    if (!(await deleteBan(transaction, userId, videoId ?? ""))) throw new ProblemError("not_found");
    await audit(context, transaction, {
      action: "user.unban",
      actor: principal,
      target: { type: "user", id: userId },
      details: { video_id: videoId },
    });
  });
}

/**
 * The ban that keeps the user from commenting on the video for longest. Read on the primary for each call: a ban that was just set or lifted
 * counts.
 */
export async function getOwnBan(
  context: Pick<Context, "db">,
  principal: Principal,
  videoId: string,
): Promise<OwnBan | null> {
  const row = await findBan(context.db, principal.userId, videoId);
  if (!row) return null;
  const { video_id, ends_at } = toBan(row);
  return { video_id, ends_at };
}

/** A page of the bans in force, by user and video. */
export async function listBans(
  context: Context,
  { userId, cursor, limit }: { userId?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<BanPage> {
  const [user_id = "", video_id = ""] = cursor?.split(".") ?? [];
  const after = cursor === undefined ? undefined : { user_id, video_id };
  const rows = await listBanRows(context.db, { userId, after, limit: limit + 1 });
  const page = pageOf(rows, limit, { toItem: toBan, cursorOf: (row) => `${row.user_id}.${row.video_id}` });
  return { bans: page.items, next_cursor: page.nextCursor };
}

function toBan(row: BanRow): Ban {
  const { user_id, video_id, ends_at, reason, banned_by, inserted_at } = row;
  return {
    user_id,
    video_id: video_id === "" ? null : video_id,
    ends_at: ends_at?.toISOString() ?? null,
    reason,
    banned_by,
    created_at: inserted_at.toISOString(),
  };
}
