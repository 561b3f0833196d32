import { MAX_BODY_BYTES } from "../limits.ts";
import { type ErrorStatus, invalidData, type RequestError, writeTooBig } from "../request-error.ts";
import { type Identity, ADMIN, SIGNED_OUT } from "../rules/identity.ts";
import { identityOfToken } from "../session/credentials.ts";
import { type Path, parsePath } from "../tree/path.ts";
import type { IncomingMessage, ServerResponse } from "node:http";

const HTTP_STATUS: Record<ErrorStatus, number> = {
  permission_denied: 401,
  invalid_token: 401,
  expired_token: 401,
  datastale: 412,
  write_too_big: 400,
  invalid_data: 400,
  no_index: 400,
  limit_exceeded: 503,
  unsupported: 501,
};

/** One HTTP request and its response. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;

  /** @throws RequestError for a bad URL */
  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.url = urlOf(request);
  }

  parameter(name: string): string | null {
    return this.url.searchParams.get(name);
  }

  /** The location that `/a/b.json` names. @throws RequestError */
  path(): Path {
    const { pathname } = this.url;
    if (!pathname.endsWith(".json")) throw invalidData("Paths end in .json");
    try {
      const keys = pathname.slice(0, -".json".length).split("/").map(decodeURIComponent);
      if (keys.some((key) => key.includes("/"))) throw invalidData("A key has no slash");
      return parsePath(keys.join("/"));
    } catch (error) {
      throw error instanceof URIError ? invalidData("Path is not URL-encoded text") : error;
    }
  }

  /**
   * Who makes the request. As in the official emulator, any bearer token is the administrator's; an ID token goes in `auth`.
   * With `auth_variable_override` rules judge the administrator as another user, as in production.
   * @throws RequestError for an unreadable token
   */
  identity(): Identity {
    const token = this.parameter("auth");
    const hasBearerToken = /^Bearer\s+\S/i.test(this.request.headers.authorization ?? "");
    const isAdmin = hasBearerToken || this.parameter("access_token") !== null;
    if (!isAdmin) return token === null ? SIGNED_OUT : identityOfToken(token);
    const override = this.parameter("auth_variable_override");
    return override === null ? ADMIN : { admin: false, auth: parseJson(override, "auth_variable_override") };
  }

  /** @throws RequestError if the body is too large */
  async readBody(): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw writeTooBig();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  /** Sends JSON text. `print=pretty` indents it, `print=silent` leaves it out. */
  respond(status: number, text: string, extraHeaders: Record<string, string> = {}): void {
    const headers = {
      "access-control-allow-origin": this.request.headers.origin ?? "*",
      "cache-control": "no-cache",
      ...extraHeaders,
    };
    const print = this.parameter("print");
    if (print === "silent" && status === 200) {
      this.response.writeHead(204, headers).end();
      return;
    }
    this.response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    this.response.end(print === "pretty" ? JSON.stringify(JSON.parse(text), null, 2) : text);
  }

  respondWithError(error: RequestError): void {
    this.respond(HTTP_STATUS[error.status], JSON.stringify({ error: error.message }));
    // The rest of a refused body is not read.
    if (!this.request.complete) this.response.once("finish", () => this.request.destroy());
  }
}

function urlOf(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? "", "http://localhost");
  if (url === null) throw invalidData("Bad URL");
  return url;
}

/** @param name what the error message calls the text. @throws RequestError for text that is not JSON */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidData(`Invalid data; couldn't parse JSON object, array, or value in ${name}.`);
  }
}
