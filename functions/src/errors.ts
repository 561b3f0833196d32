import type { Comment } from "./contract/comment.ts";
import type { DependencyStates } from "./contract/operation.ts";
import { type FieldError, type ProblemCode, PROBLEMS } from "./contract/problems.ts";

export interface ProblemOptions extends ErrorOptions {
  detail?: string;
  errors?: FieldError[];
  /** Seconds, for the `Retry-After` header. */
  retryAfter?: number;
  /** Added to the response's headers. */
  headers?: Record<string, string>;
  /** With `precondition_failed`: the comment as it is now, for the client to merge with. */
  current?: Comment;
  /** With `unavailable`: what does not answer. */
  dependencies?: DependencyStates;
}

/** The one error that services throw on purpose. The API reports it as RFC 9457 problem+json. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;
  readonly headers: Record<string, string>;
  readonly current: Comment | undefined;
  readonly dependencies: DependencyStates | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title, options);
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.headers = options.headers ?? {};
    this.current = options.current;
    this.dependencies = options.dependencies;
  }
}
