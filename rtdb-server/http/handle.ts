import { invalid, Refusal } from "../refusal.ts";
import { Call } from "./call.ts";
import { handleData } from "./rest.ts";
import { handleSettings } from "./settings.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { LongPolls } from "./long-poll.ts";
import type { Databases } from "../data/databases.ts";

const ALLOWED = "GET, PUT, PATCH, POST, DELETE, OPTIONS";

function preflight({ request, response }: Call): void {
  response.writeHead(200, {
    "access-control-allow-origin": request.headers.origin ?? "*",
    "access-control-allow-methods": ALLOWED,
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "authorization, content-type",
    "access-control-max-age": "3600",
  });
  response.end();
}

async function route(call: Call, databases: Databases, longPolls: LongPolls): Promise<void> {
  const { pathname } = call.url;
  if (call.request.method === "OPTIONS") return preflight(call);
  if (pathname.startsWith("/.settings/") || pathname.startsWith("/.inspect/")) return handleSettings(call, databases);
  if (pathname === "/.lp") return longPolls.handle(call);
  if (pathname === "/") throw invalid("This is a Realtime Database server: data is at /path.json?ns=NAMESPACE");
  return handleData(call, databases.get(call.param("ns")));
}

/** Answers an HTTP request, whatever it is; never rejects. */
export async function handleHttp(
  request: IncomingMessage,
  response: ServerResponse,
  databases: Databases,
  longPolls: LongPolls,
): Promise<void> {
  let call: Call | null = null;
  try {
    call = new Call(request, response);
    await route(call, databases, longPolls);
  } catch (error) {
    if (error instanceof Refusal && call !== null && !response.headersSent) return call.refuse(error);
    if (!(error instanceof Refusal) && !request.destroyed) console.error("rtdb: request failed", error);
    if (!response.headersSent) response.writeHead(error instanceof Refusal ? 400 : 500);
    response.end();
  }
}
