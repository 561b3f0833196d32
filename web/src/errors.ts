import type { ProblemCode } from "../../functions/src/contract/problems.ts";
import type { Problem } from "./wire.ts";
import { PROBLEM_CODES } from "./wire.ts";

/** The API has answered, and the answer is a problem. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  /** Undefined where the answer came from something in between, or names a problem newer than this client. */
  readonly code: ProblemCode | undefined;
  readonly errors: NonNullable<Problem["errors"]>;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Partial<Problem> = {}, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}`);
    this.status = status;
    this.code = PROBLEM_CODES.find((code) => code === problem.code);
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** No answer came: whether the request was carried out is unknown. */
export class NetworkError extends Error {
  override name = "NetworkError";
}

/** True when the same request may have been carried out although it failed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);
}
