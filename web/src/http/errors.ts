import type { Comment, FieldError, Problem, ProblemCode } from "../wire.ts";

/** The API responded with a problem. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  /** Undefined if something else than the API responded. A newer API may send a code that this client's types do not name. */
  readonly code: ProblemCode | undefined;
  readonly errors: FieldError[];
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** With `precondition_failed`: the comment as it is now. */
  readonly current: Comment | undefined;

  constructor(status: number, problem: Partial<Problem> = {}, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? `The server responded with status ${status}`);
    this.status = status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
    this.current = problem.current;
  }
}

/** No response of the API came, or code could not be loaded. A request may or may not have been carried out. */
export class NetworkError extends Error {
  override name = "NetworkError";
}

/** Whether the request may have been carried out although it failed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);
}

export function hasCode(error: unknown, code: ProblemCode): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

export function signedOut(): ApiError {
  return new ApiError(401, { code: "unauthenticated", title: "Nobody is signed in" });
}
