import { ApiError, NetworkError } from "../src/index.ts";

/** What happened, and what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof NetworkError) return "The API cannot be reached. Check the network, then try again.";
  if (!(error instanceof ApiError)) return `Something is wrong with this page: ${String(error)}`;
  if (error.code === "last_admin") return "This is the last active admin. Make somebody else an admin first.";
  if (error.code === "forbidden") return "Only admins may do this.";
  if (error.code === "rate_limited") return `Too many requests. Try again in ${error.retryAfter ?? 60} s.`;
  if (error.code === "not_found") return "It is not there any more.";
  return `${error.message} (${error.code ?? error.status})`;
}
