import type { Context } from "../../context.ts";
import type { Ban, BanPage } from "../../contract/moderation.ts";
import { ProblemError } from "../../errors.ts";
import type { BanRow } from "../../tables/moderation/bans.ts";
import { deleteBan, listBans as listRows, upsertBan } from "../../tables/moderation/bans.ts";
import { transact } from "../../database/database.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { updateSettings } from "../../tables/comments/videos.ts";
import { audit } from "../operation/audit.ts";
import { checkOutranks } from "../accounts/ranks.ts";
import type { Principal } from "../accounts/sessions.ts";

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

/**
 * Keeps a user from posting and editing, on one video or everywhere; in place of an earlier ban of the same extent.
 * @throws ProblemError `not_found`; `forbidden` for a user of the same or a higher role
 */
export async function banUser(
  context: Context,
  principal: Principal,
  userId: string,
  ban: { video_id: string | null; ends_at: Date | null; reason: string },
): Promise<void> {
  const user = await findUser(context.db, userId);
  if (!user) throw new ProblemError("not_found");
  checkOutranks(principal, user);
  const { video_id, ends_at, reason } = ban;
  await transact(context.db, async (transaction) => {
    await upsertBan(transaction, {
      user_id: userId,
      video_id: video_id ?? "",
      ends_at,
      reason,
      banned_by: principal.user_id,
    });
    // A post that is on its way then looks again.
    if (video_id !== null) await updateSettings(transaction, video_id, {});
  });
  await audit(context, context.db, {
    action: "user.ban",
    actor: principal,
    target: { type: "user", id: userId },
    details: { video_id },
  });
}

/** Lifts the ban of this extent. @throws ProblemError `not_found` */
export async function liftBan(
  context: Context,
  principal: Principal,
  userId: string,
  videoId: string | null,
): Promise<void> {
  if (!(await deleteBan(context.db, userId, videoId ?? ""))) throw new ProblemError("not_found");
  await audit(context, context.db, {
    action: "user.unban",
    actor: principal,
    target: { type: "user", id: userId },
    details: { video_id: videoId },
  });
}

/** Bans in force, by user and video. */
export async function listBans(
  context: Context,
  page: { userId?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<BanPage> {
  const [user_id = "", video_id = ""] = page.cursor?.split(".") ?? [];
  const after = page.cursor === undefined ? undefined : { user_id, video_id };
  const rows = await listRows(context.db, { userId: page.userId, after, limit: page.limit + 1 });
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return {
    bans: rows.slice(0, page.limit).map(toBan),
    next_cursor: last ? `${last.user_id}.${last.video_id}` : null,
  };
}
