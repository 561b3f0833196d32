import { refusalOf } from "../../content/filters/text-filter.ts";
import type { Context } from "../../context.ts";
import type { Db } from "../../database/schema.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { recordTurn, secondsSinceLastTurn } from "../../tables/comments/slow-mode-turns.ts";
import { findBan } from "../../tables/moderation/bans.ts";
import { hasRole } from "../accounts/roles.ts";

/** A post or an edit, with what decides whether it is allowed. */
export interface Attempt {
  principal: Principal;
  videoId: string;
  content: string;
  isBanned: boolean;
  commentsOpen: boolean;
}

/** Throws the problem if the attempt is not allowed. */
type Rule = (context: Context, attempt: Attempt) => void | Promise<void>;

/** The rules for every post and every edit. The first that is broken is reported. */
const RULES: Rule[] = [requireAllowedContent, requireNotBanned, requireOpenVideo];

/** @throws ProblemError `content_refused`, `banned`, `comments_closed` */
export async function checkRules(context: Context, attempt: Attempt): Promise<void> {
  for (const rule of RULES) await rule(context, attempt);
}

function requireAllowedContent({ filters }: Context, { content }: Attempt): void {
  const detail = refusalOf(filters, content);
  if (detail !== undefined) throw new ProblemError("content_refused", { errors: [{ pointer: "/content", detail }] });
}

async function requireNotBanned(context: Context, { isBanned, principal, videoId }: Attempt): Promise<void> {
  // The ban may have ended since.
  if (isBanned) await refuseBanned(context, principal, videoId);
}

/** @throws ProblemError `banned` while the user is banned from the video */
export async function refuseBanned(context: Context, principal: Principal, videoId: string): Promise<void> {
  const ban = await findBan(context.db, principal.userId, videoId);
  if (!ban) return;
  const where = ban.video_id === "" ? "On every video," : "On this video,";
  const until = ban.ends_at ? `until ${ban.ends_at.toISOString()}.` : "without an end.";
  throw new ProblemError("banned", { detail: `${where} ${until}` });
}

function requireOpenVideo(_context: Context, { commentsOpen }: Attempt): void {
  if (!commentsOpen) throw new ProblemError("comments_closed");
}

/** Whether slow mode applies to the principal: it does not to moderators. */
export function isSlowed(principal: Principal, slowModeSeconds: number): boolean {
  return slowModeSeconds > 0 && !hasRole(principal.role, "moderator");
}

/** Whether the principal's posts are held for review: moderators' are not. */
export function isReviewed(principal: Principal, holdForReview: boolean): boolean {
  return holdForReview && !hasRole(principal.role, "moderator");
}

/**
 * The rule for posts and edits on a video with slow mode: takes the user's turn, if it has come. Call it under the video's lock: otherwise
 * two requests at once are both the first.
 * @throws ProblemError `slow_mode` with the seconds to wait
 */
export async function takeSlowModeTurn(
  transaction: Db,
  principal: Principal,
  videoId: string,
  slowModeSeconds: number,
): Promise<void> {
  if (!isSlowed(principal, slowModeSeconds)) return;
  const elapsed = await secondsSinceLastTurn(transaction, principal.userId, videoId);
  if (elapsed === null || elapsed >= slowModeSeconds) return recordTurn(transaction, principal.userId, videoId);
  const retryAfter = Math.max(1, Math.ceil(slowModeSeconds - elapsed));
  throw new ProblemError("slow_mode", {
    retryAfter,
    detail: `One comment or edit in ${slowModeSeconds} s; wait ${retryAfter} s.`,
  });
}
