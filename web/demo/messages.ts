import type { ProblemCode } from "../../functions/src/contract/problems.ts";
import { ApiError, NetworkError } from "../src/index.ts";

const MESSAGES: Record<ProblemCode, string> = {
  invalid_request: "That cannot be sent as it is.",
  malformed_json: "The server did not understand this page. Reload it and try again.",
  idempotency_key_required: "The server did not understand this page. Reload it and try again.",
  unauthenticated: "Your session has ended. Sign in again; what you have typed is kept.",
  invalid_credentials: "The e-mail address or the password is wrong.",
  invalid_refresh_token: "Your session has ended. Sign in again; what you have typed is kept.",
  forbidden: "You may not do that.",
  not_found: "It is no longer there.",
  method_not_allowed: "The server did not understand this page. Reload it and try again.",
  email_taken: "There is an account with this e-mail address already.",
  username_taken: "This username is taken. Choose another one.",
  payload_too_large: "That is too long.",
  unsupported_media_type: "The server did not understand this page. Reload it and try again.",
  idempotency_key_reused: "That was sent before with another text. Reload the page to see what was posted.",
  idempotency_key_in_use: "It is being sent. Wait a moment.",
  banned: "You are banned from commenting here.",
  comments_closed: "This video is closed for comments.",
  content_refused: "The comment breaks a rule of this place.",
  edit_needs_review: "Comments here are reviewed. Post a new one instead.",
  edit_window_over: "It is too late to edit this comment.",
  must_refetch: "Reload the page to see the newest comments.",
  precondition_failed: "The comment was changed meanwhile.",
  precondition_required: "The server did not understand this page. Reload it and try again.",
  slow_mode: "Slow mode: wait a little before your next comment.",
  last_admin: "The last administrator stays one.",
  rate_limited: "That was too often. Wait a little and try again.",
  weak_password: "This password is too easy to guess. Choose another one.",
  wrong_password: "The current password is wrong.",
  internal: "Something went wrong on our side. Try again.",
  unavailable: "The service is not available for the moment. Try again soon.",
};

const FIELDS: Record<string, string> = {
  "/email": "E-mail",
  "/username": "Username",
  "/password": "Password",
  "/content": "The comment",
  video_id: "The video's name",
};

/** What to tell the reader about an error. */
export function messageOf(error: unknown): string {
  if (error instanceof NetworkError) return "The server cannot be reached. Check your connection and try again.";
  if (!(error instanceof ApiError)) return MESSAGES.internal;
  if (error.code !== "invalid_request") return error.code ? MESSAGES[error.code] : error.message;
  const details = error.errors.map(({ pointer, detail }) => `${FIELDS[pointer] ?? pointer}: ${detail}.`);
  return details.length > 0 ? details.join(" ") : MESSAGES.invalid_request;
}
