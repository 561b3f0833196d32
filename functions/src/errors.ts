import type { Comment } from "./contract/comment.ts";
import type { ProblemCode } from "./contract/problems.ts";
import { PROBLEMS } from "./contract/problems.ts";

/** One field of a request that is wrong: a JSON pointer (RFC 6901) into the body, or the name of a header or parameter. */
export interface FieldError {
  pointer: string;
  detail: string;
}

export interface ProblemOptions extends ErrorOptions {
  detail?: string;
  errors?: FieldError[];
  /** Seconds, for `Retry-After`. */
  retryAfter?: number;
  /** Response headers, added to those that are there. */
  headers?: Record<string, string>;
  /** The comment as it stands, for `precondition_failed`: what the client needs to merge. */
  current?: Comment;
}

/** The one kind of error that a service throws on purpose; the error handler turns it into RFC 9457 problem+json. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;
  readonly headers: Record<string, string>;
  readonly current: Comment | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title, options);
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.headers = options.headers ?? {};
    this.current = options.current;
  }
}
