import type { Comment } from "./comment.ts";
import type { DependencyStates } from "./operation.ts";

/** Every problem that the API reports. Clients rely on the code and the status; titles and details may change. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: "The request does not match its schema" },
  malformed_json: { status: 400, title: "The body is not JSON" },
  weak_password: { status: 400, title: "The password is too easy to guess" },
  idempotency_key_required: { status: 400, title: "The Idempotency-Key header is missing" },
  unauthenticated: { status: 401, title: "A valid access token is required" },
  invalid_credentials: { status: 401, title: "The e-mail address or the password is wrong" },
  invalid_refresh_token: { status: 401, title: "The session has ended" },
  app_check_failed: { status: 403, title: "The App Check token is missing or not valid" },
  wrong_password: { status: 403, title: "The current password is wrong" },
  banned: { status: 403, title: "The user is banned from commenting" },
  comments_closed: { status: 403, title: "Comments on this video are closed" },
  edit_window_over: { status: 403, title: "It is too late to edit the comment" },
  too_many_edits: { status: 403, title: "The comment has been edited too often" },
  edit_needs_review: { status: 403, title: "Comments on this video are reviewed; post a new one instead" },
  forbidden: { status: 403, title: "Not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  email_taken: { status: 409, title: "The e-mail address is taken" },
  username_taken: { status: 409, title: "The username is taken" },
  last_admin: { status: 409, title: "The last active admin cannot be demoted or deactivated" },
  idempotency_key_in_use: { status: 409, title: "A request with this Idempotency-Key is still running" },
  must_refetch: { status: 410, title: "These changes are no longer available; read the list again" },
  precondition_failed: { status: 412, title: "The comment has changed" },
  payload_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body must be application/json, without a Content-Encoding" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for a different request" },
  content_refused: { status: 422, title: "The text breaks a content rule" },
  precondition_required: { status: 428, title: "The If-Match header is missing" },
  rate_limited: { status: 429, title: "Too many requests" },
  rename_too_soon: { status: 429, title: "The username was changed not long ago" },
  slow_mode: { status: 429, title: "Slow mode: wait before the next comment" },
  internal: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);

export const PROBLEM_CODES: ProblemCode[] = Object.keys(PROBLEMS).filter(isProblemCode);

/** What the `type` of a problem begins with; the code follows. */
export const PROBLEM_TYPE_BASE = "/v1/problems/";

/** One wrong field of a request: a JSON pointer (RFC 6901) into the body, or the name of a header or parameter. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** The body of an error response: RFC 9457, with a `code` from a closed list. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: ProblemCode;
  errors?: FieldError[];
  /** With `precondition_failed`: the comment as it is now, for the client to merge with. */
  current?: Comment;
  /** With `unavailable` from `GET /v1/ready`: what does not answer. */
  dependencies?: DependencyStates;
}

/** The body of an error response, and what it adds to the code. */
export function problemOf(code: ProblemCode, { detail, errors, current, dependencies }: ProblemDetails = {}): Problem {
  const { status, title } = PROBLEMS[code];
  return {
    type: PROBLEM_TYPE_BASE + code,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    code,
    ...(errors === undefined ? {} : { errors }),
    ...(current === undefined ? {} : { current }),
    ...(dependencies === undefined ? {} : { dependencies }),
  };
}

type ProblemDetails = { [K in "detail" | "errors" | "current" | "dependencies"]?: Problem[K] | undefined };

/** What the `type` of a problem links to. */
export interface ProblemKind {
  code: string;
  status: number;
  title: string;
  /** Why the API responds with it. */
  cause: string;
  /** What the client, or the person in front of it, can do. */
  cure: string;
}
