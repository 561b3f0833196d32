import { ApiError, NetworkError } from "./errors.ts";
import type { Problem } from "./wire.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "DELETE";
  /** Appended to the base; begins with `/`. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** A cold start of the functions takes up to ten seconds. */
const DEFAULT_TIMEOUT_MS = 20_000;

/**
 * Sends a request once.
 * @returns the JSON body of the response; undefined if it has none (204)
 * @throws ApiError for any response that is not 2xx; NetworkError if there is none
 */
export async function sendRequest<T>(base: string, request: HttpRequest): Promise<T> {
  const { method, path, body, headers, timeoutMs = DEFAULT_TIMEOUT_MS } = request;
  let response: Response;
  let text: string;
  try {
    response = await fetch(base + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw new NetworkError("The server cannot be reached", { cause: error });
  }
  if (!response.ok) throw toApiError(response, text);
  try {
    const json: T = response.status === 204 ? undefined : JSON.parse(text);
    return json;
  } catch (error) {
    // A captive portal, for example, responds with a page of its own.
    throw new NetworkError("The response did not come from the API", { cause: error });
  }
}

function toApiError(response: Response, text: string): ApiError {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(
    response.status,
    isProblem ? parseProblem(text) : {},
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

function parseProblem(text: string): Partial<Problem> {
  try {
    const problem: Partial<Problem> = JSON.parse(text);
    return problem;
  } catch {
    return {};
  }
}
