import { type FieldError, type Problem, type ProblemCode, isProblemCode } from "./wire.ts";

/** The API responded with a problem. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  /** Undefined if something else than the API responded, or the code is newer than this client. */
  readonly code: ProblemCode | undefined;
  readonly errors: FieldError[];
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Partial<Problem> = {}, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? `The server responded with status ${status}`);
    this.status = status;
    this.code = problem.code !== undefined && isProblemCode(problem.code) ? problem.code : undefined;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** No response came. The request may or may not have been carried out. */
export class NetworkError extends Error {
  override name = "NetworkError";
}

/** Whether the request may have been carried out although it failed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);
}
