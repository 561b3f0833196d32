import type { Context } from "../context.ts";
import type { Principal } from "./sessions.ts";

export type ModerationAction =
  | "comment.approve"
  | "comment.delete"
  | "comments.erase"
  | "reports.close"
  | "user.ban"
  | "user.unban"
  | "video.settings";

export interface ModerationTarget {
  type: "user" | "video" | "comment";
  id: string;
}

/** Notes what a moderator did, to whom: ids, names of states and numbers, never what somebody wrote. */
export async function recordModeration(
  context: Context,
  principal: Principal,
  action: ModerationAction,
  target: ModerationTarget,
  details: Record<string, string | number | boolean | null> = {},
): Promise<void> {
  context.log.info("moderation", {
    action,
    actor_id: principal.user_id,
    [`target_${target.type}_id`]: target.id,
    ...details,
  });
}
