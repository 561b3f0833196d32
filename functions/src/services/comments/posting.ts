import { hash } from "node:crypto";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import type { Comment } from "../../contract/comment.ts";
import { findBan } from "../../tables/moderation/bans.ts";
import type { HeldRow } from "../../tables/moderation/held-comments.ts";
import type { Posting, SavedAnswer } from "../../tables/comments/posting.ts";
import { secondsSinceLastPost } from "../../tables/comments/posting.ts";
import type { Db } from "../../database/schema.ts";
import type { Principal } from "../accounts/sessions.ts";

export interface Post {
  videoId: string;
  content: string;
  idempotencyKey: string;
}

/** What makes two requests the same. */
export function fingerprintOf({ videoId, content }: Post): Buffer {
  return hash("sha256", `post\0${videoId}\0${content}`, "buffer");
}

/** What a new comment was answered, but for what was said, which a repeated request says again, and the seq. */
export type Answer = Pick<Comment, "id" | "user" | "created_at" | "held">;

/** @throws ProblemError `idempotency_key_reused` when the key belongs to another request */
export function replay(saved: SavedAnswer, post: Post): Comment {
  if (!saved.fingerprint.equals(fingerprintOf(post))) throw new ProblemError("idempotency_key_reused");
  const answer: Answer = JSON.parse(saved.answer);
  return newComment(answer, post.content, saved.first_seq);
}

export function newComment(answer: Answer, content: string, seq: number): Comment {
  const { id, user, created_at, held } = answer;
  return {
    id,
    content,
    user,
    created_at,
    updated_at: created_at,
    version: 1,
    seq,
    edited: false,
    ...(held ? { held } : {}),
  };
}

export function toHeldComment(row: HeldRow): Comment {
  return {
    id: row.id,
    content: row.content,
    user: { id: row.user_id, username: row.username },
    created_at: row.inserted_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
    seq: 0,
    edited: row.edited_at !== null,
    held: true,
  };
}

/** @throws ProblemError `content_refused` */
export function checkContent(context: Context, content: string): void {
  for (const filter of context.filters) {
    const detail = filter(content);
    if (detail !== undefined) throw new ProblemError("content_refused", { errors: [{ pointer: "/content", detail }] });
  }
}

/** @throws ProblemError `banned`, `comments_closed` */
export async function checkMayComment(
  context: Context,
  principal: Principal,
  videoId: string,
  state: Pick<Posting, "is_banned" | "comments_open">,
): Promise<void> {
  if (state.is_banned) {
    const ban = await findBan(context.db, principal.user_id, videoId);
    if (ban) throw new ProblemError("banned", { detail: `${scope(ban.video_id)} ${end(ban.ends_at)}` });
  }
  if (!state.comments_open) throw new ProblemError("comments_closed");
}

const scope = (videoId: string) => (videoId === "" ? "On every video," : "On this video,");
const end = (endsAt: Date | null) => (endsAt ? `until ${endsAt.toISOString()}.` : "without an end.");

/**
 * Under the video's lock, so that two requests at once cannot both be the first.
 * @throws ProblemError `slow_mode` with the seconds to wait
 */
export async function checkSlowMode(
  transaction: Db,
  principal: Principal,
  videoId: string,
  seconds: number,
): Promise<void> {
  if (seconds === 0 || principal.role !== "user") return;
  const since = await secondsSinceLastPost(transaction, principal.user_id, videoId);
  if (since === null || since >= seconds) return;
  const retryAfter = Math.max(1, Math.ceil(seconds - since));
  throw new ProblemError("slow_mode", { retryAfter, detail: `One comment in ${seconds} s; wait ${retryAfter} s.` });
}
