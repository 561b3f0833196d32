import type { ProblemCode } from "../../contract/problems.ts";

export interface ProblemHelp {
  /** Why the API responds with the problem. */
  cause: string;
  /** What the client, or the person in front of it, can do. */
  cure: string;
}

const NEW_TOKEN = "Exchange the refresh token with `POST /v1/sessions/refresh`, and repeat the request.";
const WAIT = "Repeat the request after the seconds in `Retry-After`.";
const FIX = "Correct what `errors` and `detail` name. The same request fails again.";

/** For each problem its cause and cure, as the document and the problem's page tell them. */
export const PROBLEM_HELP: Record<ProblemCode, ProblemHelp> = {
  invalid_request: { cause: "A field, a header or a part of the path is not as documented.", cure: FIX },
  malformed_json: { cause: "The body is not JSON in UTF-8.", cure: "Send JSON, encoded in UTF-8." },
  weak_password: {
    cause: "The password is one of the most common ones, or the user's own name or address.",
    cure: "Choose another password.",
  },
  idempotency_key_required: {
    cause: "The request has no `Idempotency-Key`.",
    cure: "Make a random key for each comment, and send it with every try.",
  },
  unauthenticated: { cause: "The access token is missing, expired, or its session has ended.", cure: NEW_TOKEN },
  invalid_credentials: {
    cause: "No active account has this address and password.",
    cure: "Check both. The response does not say which is wrong.",
  },
  invalid_refresh_token: {
    cause: "The session has ended, or the token was used before and has a successor.",
    cure: "Sign in again.",
  },
  app_check_failed: {
    cause: "This deployment serves only its own site's pages, and they prove themselves with Firebase App Check.",
    cure: "Send a current App Check token of this Firebase project in `X-Firebase-AppCheck`.",
  },
  wrong_password: { cause: "The current password does not match.", cure: "Send the current password." },
  banned: { cause: "A moderator has banned the user, here or everywhere.", cure: "Wait until the ban ends." },
  comments_closed: {
    cause: "A moderator has closed the comments of the video.",
    cure: "None, until they are open again.",
  },
  edit_window_over: {
    cause: "This deployment lets authors edit for a limited time.",
    cure: "Delete the comment and post another one.",
  },
  too_many_edits: {
    cause: "The comment has been edited as often as is allowed.",
    cure: "Delete the comment and post another one.",
  },
  edit_needs_review: {
    cause: "Comments on this video are reviewed, and this one is approved already.",
    cure: "Post another comment.",
  },
  forbidden: {
    cause: "The user's role does not allow this, or it is somebody else's comment or the user's own ban.",
    cure: "Ask somebody who may.",
  },
  not_found: {
    cause: "It does not exist, no longer exists, or this user may not see it.",
    cure: "Check the path. A deleted comment does not come back.",
  },
  method_not_allowed: { cause: "The path has no such method.", cure: "Use one of the methods in `Allow`." },
  email_taken: { cause: "An account has this address, or it is reserved.", cure: "Sign in, or use another address." },
  username_taken: {
    cause: "Somebody has this name or one that looks like it, had it not long ago, or it is reserved.",
    cure: "Choose another name.",
  },
  last_admin: { cause: "Without this user nobody could administer the site.", cure: "Make another user admin first." },
  idempotency_key_in_use: { cause: "The first request with this key has not ended yet.", cure: WAIT },
  must_refetch: {
    cause:
      "The feed no longer has every change since `after`, or the database was restored and does not have the change that was named.",
    cure: "Forget what you have of the video, read the list of comments without `Min-Video-Seq`, and go on from its `seq`.",
  },
  precondition_failed: {
    cause: "The comment changed since the version in `If-Match`.",
    cure: "Merge with `current`, and send the new `ETag`.",
  },
  payload_too_large: { cause: "The body is larger than `detail` says.", cure: "Send less." },
  unsupported_media_type: {
    cause: "The body is not declared as JSON, or it is compressed.",
    cure: "Send `Content-Type: application/json`, without `Content-Encoding`.",
  },
  idempotency_key_reused: {
    cause: "The key belongs to another comment.",
    cure: "Make a new key for each comment.",
  },
  content_refused: { cause: "A filter of this site refuses the text; `errors` says why.", cure: "Change the text." },
  precondition_required: {
    cause: "An edit without `If-Match` could overwrite another one.",
    cure: "Send the `ETag` of the comment that was edited, or `*` to overwrite whatever is there.",
  },
  rate_limited: { cause: "An allowance is used up; the `RateLimit` header says which.", cure: WAIT },
  rename_too_soon: { cause: "A name can be changed once a week.", cure: WAIT },
  slow_mode: { cause: "The video is in slow mode, and the user's last comment is not old enough.", cure: WAIT },
  internal: {
    cause: "A fault of the service. It has been logged.",
    cure: "Repeat the request once. If it fails again, tell the site.",
  },
  unavailable: {
    cause: "A part of the service is overloaded or away. `detail` says what is known about the request.",
    cure: `${WAIT} It is safe to repeat a post with its \`Idempotency-Key\`.`,
  },
};
