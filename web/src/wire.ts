/** What the API sends and takes, as it stands on the wire; `/v1/openapi.json` is its source. Times are ISO 8601, UTC. */

export interface User {
  id: string;
  email: string;
  username: string;
  role: "user" | "moderator" | "admin";
  created_at: string;
}

export interface Comment {
  /** UUIDv7: the order of the ids is the order of posting. */
  id: string;
  content: string;
  user: { id: string; username: string };
  created_at: string;
  updated_at: string;
  version: number;
  /** The number of the comment's last change among the video's changes; 0 while it is held. */
  seq: number;
  /** Whether its author has changed it since it was posted. */
  edited: boolean;
  /** It waits for review: only its author and moderators see it, and only over HTTP. */
  held?: true;
}

/** An entry of the Realtime Database's `changes/{video_id}`. */
export type Change = Comment | { id: string; deleted: true };

export interface CommentPage {
  /** Newest first. */
  comments: Comment[];
  /** The cursor of the next page, the last comment's id; null at the end. */
  next_cursor: string | null;
  /** The page is at least as new as this change of the video. */
  seq: number;
}

export interface SignedIn {
  access_token: string;
  refresh_token: string;
  firebase_token: string;
  user: User;
  session: { id: string; device_id: string };
}

export interface RealtimeSettings {
  project_id: string;
  database_url: string;
  /** Only on a developer's machine. */
  auth_emulator_url: string | null;
}

/** Every problem that the API can answer. */
export const PROBLEM_CODES = [
  "invalid_request",
  "malformed_json",
  "idempotency_key_required",
  "unauthenticated",
  "invalid_credentials",
  "invalid_refresh_token",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "email_taken",
  "username_taken",
  "payload_too_large",
  "unsupported_media_type",
  "idempotency_key_reused",
  "idempotency_key_in_use",
  "banned",
  "comments_closed",
  "content_refused",
  "edit_needs_review",
  "edit_window_over",
  "must_refetch",
  "precondition_failed",
  "precondition_required",
  "slow_mode",
  "last_admin",
  "rate_limited",
  "weak_password",
  "wrong_password",
  "internal",
  "unavailable",
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** The body of an error: RFC 9457 with a `code` of a closed list. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: ProblemCode;
  /** What is wrong in the request: a JSON pointer into the body, or the name of a header or parameter. */
  errors?: { pointer: string; detail: string }[];
}
