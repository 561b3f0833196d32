import { ApiError, NetworkError } from "./errors.ts";
import type { Problem } from "./wire.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "DELETE";
  /** Below the base, beginning with `/`. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Milliseconds until an answer that has not come is given up. */
  timeout?: number;
}

/** A cold start of the functions takes up to ten seconds. */
const TIMEOUT = 20_000;

/**
 * Sends one request, once.
 * @returns the JSON of the answer; undefined where there is none (204)
 * @throws ApiError for any answer that is not 2xx; NetworkError when none came
 */
export async function sendRequest<T>(base: string, request: HttpRequest): Promise<T> {
  const { method, path, body, headers, timeout = TIMEOUT } = request;
  let response: Response;
  let text: string;
  try {
    response = await fetch(base + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(timeout),
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
    // A captive portal, or a page that stands in for the site.
    throw new NetworkError("The answer is not the API's", { cause: error });
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
