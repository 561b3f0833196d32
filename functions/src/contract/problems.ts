/** Every problem that the API can answer: its status and its title. The code is part of the contract; the detail is not. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: "The request does not fit its schema" },
  malformed_json: { status: 400, title: "The body is not JSON" },
  weak_password: { status: 400, title: "The password is too easily guessed" },
  idempotency_key_required: { status: 400, title: "The Idempotency-Key header is missing" },
  unauthenticated: { status: 401, title: "A valid access token is needed" },
  invalid_credentials: { status: 401, title: "E-mail or password is wrong" },
  invalid_refresh_token: { status: 401, title: "The session has ended" },
  wrong_password: { status: 403, title: "The current password is wrong" },
  banned: { status: 403, title: "The user is banned from commenting" },
  comments_closed: { status: 403, title: "The video is closed for comments" },
  edit_window_over: { status: 403, title: "The time in which the comment could be edited is over" },
  edit_needs_review: { status: 403, title: "Comments of this video are reviewed; post a new one instead" },
  forbidden: { status: 403, title: "Not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  email_taken: { status: 409, title: "The e-mail address is taken" },
  username_taken: { status: 409, title: "The username is taken" },
  last_admin: { status: 409, title: "The last active admin stays one" },
  idempotency_key_in_use: { status: 409, title: "A request with this Idempotency-Key is still running" },
  must_refetch: { status: 410, title: "The changes asked for are no longer kept; read the list again" },
  precondition_failed: { status: 412, title: "The comment has changed" },
  payload_too_large: { status: 413, title: "The body is larger than 16 KB" },
  unsupported_media_type: { status: 415, title: "The body must be application/json" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for another request" },
  content_refused: { status: 422, title: "The comment breaks a content rule" },
  precondition_required: { status: 428, title: "The If-Match header is missing" },
  rate_limited: { status: 429, title: "Too many requests" },
  slow_mode: { status: 429, title: "Slow mode: wait before the next comment" },
  internal: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Not available for the moment" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);
