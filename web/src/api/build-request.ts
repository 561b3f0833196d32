import type { HttpRequest } from "../http/send-request.ts";
import { HEADERS } from "../wire.ts";
import type { Route } from "./operations.ts";

/** Parameters that are sent as headers. */
const HEADER_PARAMETERS: Record<string, string> = {
  idempotency_key: HEADERS.idempotencyKey,
  if_match: HEADERS.ifMatch,
  min_video_seq: HEADERS.minVideoSeq,
};

/**
 * The request for an operation. Parameters that its path names go there. The rest is the query of a GET or DELETE, and the JSON body
 * of other methods.
 */
export function buildRequest(base: string, route: Route, parameters: object | void): HttpRequest {
  const [method = "", template = ""] = route.split(" ");
  const rest: Record<string, unknown> = { ...parameters };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = rest[key];
    delete rest[key];
    return encodeURIComponent(text(value));
  });
  const headers: Record<string, string> = {};
  for (const [key, header] of Object.entries(HEADER_PARAMETERS)) {
    const value = rest[key];
    if (typeof value === "string" || typeof value === "number") headers[header] = String(value);
    delete rest[key];
  }
  if (method !== "GET" && method !== "DELETE") {
    const hasBody = Object.keys(rest).length > 0;
    return { method, url: base + path, headers, ...(hasBody ? { body: rest } : {}) };
  }
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(Object.fromEntries(given.map(([key, value]) => [key, text(value)])));
  return { method, url: `${base}${path}${given.length > 0 ? `?${query}` : ""}`, headers };
}

/** Parameters of paths and queries are ids, texts, numbers and truth values. */
function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
