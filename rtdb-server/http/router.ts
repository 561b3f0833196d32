import { invalidData, RequestError } from "../request-error.ts";
import { Exchange } from "./exchange.ts";
import { handleData } from "./rest/data.ts";
import { handleSettings } from "./rest/settings.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Namespaces } from "../data/namespaces.ts";
import type { LongPolls } from "./realtime/long-polls.ts";

const METHODS = "GET, PUT, PATCH, POST, DELETE, OPTIONS";

/** Routes HTTP requests: long polling of the realtime protocol, settings, and the data over REST. */
export class Router {
  readonly #namespaces: Namespaces;
  readonly #longPolls: LongPolls;

  constructor(namespaces: Namespaces, longPolls: LongPolls) {
    this.#namespaces = namespaces;
    this.#longPolls = longPolls;
  }

  /** Responds to any request. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let exchange: Exchange | null = null;
    try {
      exchange = new Exchange(request, response);
      await this.#route(exchange);
    } catch (error) {
      const isRefused = error instanceof RequestError;
      if (isRefused && exchange !== null && !response.headersSent) return exchange.respondWithError(error);
      if (!isRefused && !request.destroyed) console.error("rtdb: a request failed", error);
      if (!response.headersSent) response.writeHead(isRefused ? 400 : 500);
      response.end();
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { pathname } = exchange.url;
    if (exchange.request.method === "OPTIONS") return respondToPreflight(exchange);
    if (pathname.startsWith("/.settings/") || pathname.startsWith("/.inspect/")) {
      return handleSettings(exchange, this.#namespaces);
    }
    if (pathname === "/.lp") return this.#longPolls.handle(exchange);
    if (pathname === "/") throw invalidData("This is a Realtime Database server. Data is at /path.json?ns=NAMESPACE");
    return handleData(exchange, this.#namespaces.get(exchange.parameter("ns")));
  }
}

function respondToPreflight({ request, response }: Exchange): void {
  response.writeHead(200, {
    "access-control-allow-origin": request.headers.origin ?? "*",
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "authorization, content-type",
    "access-control-max-age": "3600",
  });
  response.end();
}
