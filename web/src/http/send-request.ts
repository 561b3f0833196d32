import type { Problem } from "../wire.ts";
import { ApiError, NetworkError } from "./errors.ts";

/** @param keepalive whether the page may be left meanwhile */
export type MoreHeaders = (keepalive?: boolean) => Promise<Record<string, string>>;

export interface HttpRequest {
  method: string;
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** More headers, which are asked for at each try. Never rejects. */
  moreHeaders?: MoreHeaders | undefined;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
  /** Whether the browser sends it also when the page is left meanwhile. */
  keepalive?: boolean | undefined;
}

export interface HttpResponse<T> {
  /** The JSON body; undefined if the response has none (202, 204). */
  body: T;
  headers: Headers;
}

/** A cold start of the functions takes up to ten seconds. */
const DEFAULT_TIMEOUT_MS = 20_000;

/**
 * Sends a request once.
 * @throws ApiError for any response that is not 2xx; NetworkError if there is none, or one without JSON; the signal's reason
 * if it is aborted
 */
export async function sendRequest<T>(request: HttpRequest): Promise<HttpResponse<T>> {
  const {
    method,
    url,
    body,
    headers,
    moreHeaders,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    signal,
    keepalive = false,
  } = request;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const abort = () => ending.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener("abort", abort);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...headers,
        ...(await moreHeaders?.(keepalive)),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      credentials: "omit",
      keepalive,
      signal: ending.signal,
    });
    return parse<T>(response, await response.text());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    signal?.throwIfAborted();
    throw new NetworkError("The server cannot be reached", { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Anything that is not JSON did not come from the API: a captive portal, for example, responds with a page of its own. */
function parse<T>(response: Response, text: string): HttpResponse<T> {
  if (!response.ok) throw toApiError(response, text);
  const isEmpty = response.status === 202 || response.status === 204;
  const body: T = isEmpty ? undefined : JSON.parse(text);
  return { body, headers: response.headers };
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
