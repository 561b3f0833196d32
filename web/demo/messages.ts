import { type OutboxItem, type ProblemCode, ApiError, NetworkError, OutboxFullError } from "../src/index.ts";

const SIGNED_OUT = "Your session has ended. Sign in again; your text is kept.";
const BROKEN_PAGE = "Something is wrong with this page. Reload it and try again.";

const MESSAGES: Record<ProblemCode, string> = {
  invalid_request: "This cannot be sent as it is.",
  malformed_json: BROKEN_PAGE,
  weak_password: "This password is too easy to guess. Choose another one.",
  idempotency_key_required: BROKEN_PAGE,
  unauthenticated: SIGNED_OUT,
  invalid_credentials: "The e-mail address or the password is wrong.",
  invalid_refresh_token: SIGNED_OUT,
  wrong_password: "The current password is wrong.",
  banned: "You are banned from commenting here.",
  comments_closed: "Comments on this video are closed.",
  edit_window_over: "It is too late to edit this comment.",
  too_many_edits: "This comment has been edited too often.",
  edit_needs_review: "Comments here are reviewed. Post a new comment instead.",
  forbidden: "You are not allowed to do that.",
  not_found: "This is no longer there.",
  method_not_allowed: BROKEN_PAGE,
  email_taken: "There already is an account with this e-mail address.",
  username_taken: "This username is taken. Choose another one.",
  last_admin: "The last administrator cannot be demoted or deactivated.",
  idempotency_key_in_use: "Your comment is still being sent. Wait a moment.",
  must_refetch: "Reload the page to see the newest comments.",
  precondition_failed: "The comment has changed in the meantime.",
  payload_too_large: "This is too long.",
  unsupported_media_type: BROKEN_PAGE,
  idempotency_key_reused: "A different text was sent before. Reload the page to see what was posted.",
  content_refused: "This text breaks a rule of this site.",
  precondition_required: BROKEN_PAGE,
  rate_limited: "Too many requests. Wait a little and try again.",
  rename_too_soon: "You changed your username not long ago. Wait some days before the next change.",
  slow_mode: "Slow mode is on. Wait a little before your next comment.",
  internal: "Something went wrong on our side. Try again.",
  unavailable: "The service is temporarily unavailable. Try again soon.",
};

const FIELDS: Record<string, string> = {
  "/email": "E-mail",
  "/username": "Username",
  "/password": "Password",
  "/content": "Your comment",
  video_id: "The video's name",
};

/** What becomes of a message that is not among the comments. */
export function statusOf(item: OutboxItem): string {
  const { state, reason, retryAt, problem } = item;
  const seconds = Math.max(0, Math.ceil(((retryAt ?? 0) - Date.now()) / 1_000));
  switch (state) {
    case "waiting":
      if (reason === "slow_mode") return `Slow mode: posted in ${seconds} s`;
      if (reason === "rate_limited") return `Too many requests: posted in ${seconds} s`;
      if (reason === "unreachable") return "Waiting for the network";
      return "Posting …";
    case "sending":
    case "sent":
      return "Posting …";
    case "held":
      return "Comments here are reviewed. Yours appears as soon as it is approved.";
    case "deleted":
      return "This was posted, and has been deleted since.";
    case "failed":
    default:
      if (reason === "expired") return "It is not known whether this was posted.";
      return problem?.code ? (MESSAGES[problem.code] ?? problem.message) : MESSAGES.internal;
  }
}

/** The text that tells the reader about an error. */
export function messageOf(error: unknown): string {
  if (error instanceof OutboxFullError) return "Too many of your comments are waiting. Discard some of them.";
  if (error instanceof NetworkError) return "The server cannot be reached. Check your connection and try again.";
  if (!(error instanceof ApiError)) return MESSAGES.internal;
  if (error.code !== "invalid_request") return error.code ? MESSAGES[error.code] : error.message;
  const details = error.errors.map(({ pointer, detail }) => `${FIELDS[pointer] ?? pointer}: ${detail}.`);
  return details.length > 0 ? details.join(" ") : MESSAGES.invalid_request;
}
