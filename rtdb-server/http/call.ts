import { Refusal, invalid } from "../refusal.ts";
import { MAX_BODY_BYTES } from "../limits.ts";
import { parsePath } from "../tree/path.ts";
import { ADMIN, identityOfToken, NOBODY } from "../session/credentials.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Status } from "../refusal.ts";
import type { Identity } from "../rules/access.ts";
import type { Path } from "../tree/path.ts";

const HTTP_STATUS: Record<Status, number> = {
  permission_denied: 401,
  invalid_token: 401,
  datastale: 412,
  too_big: 413,
  invalid_data: 400,
  no_index: 400,
  unsupported: 501,
};

/** One HTTP request and its answer. */
export class Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.url = urlOf(request);
  }

  param(name: string): string | null {
    return this.url.searchParams.get(name);
  }

  /** The place that `/a/b.json` names. */
  path(): Path {
    const { pathname } = this.url;
    if (!pathname.endsWith(".json")) throw invalid("Paths end in .json");
    try {
      return parsePath(pathname.slice(0, -5).split("/").map(decodeURIComponent).map(refuseSlash).join("/"));
    } catch (error) {
      throw error instanceof URIError ? invalid("Path is not URL-encoded text") : error;
    }
  }

  /**
   * Whom the request speaks for. As in the official emulator any bearer token is the administrator's; ID tokens stand in `auth`.
   * `auth_variable_override` makes the rules judge an administrator as somebody else, as in production.
   */
  identity(): Identity {
    const token = this.param("auth");
    const isAdmin =
      /^Bearer\s+\S/i.test(this.request.headers.authorization ?? "") || this.param("access_token") !== null;
    if (!isAdmin) return token === null ? NOBODY : identityOfToken(token);
    const override = this.param("auth_variable_override");
    return override === null ? ADMIN : { admin: false, auth: parseJson(override, "auth_variable_override") };
  }

  async body(): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw new Refusal("too_big", "The body is larger than 256 MB");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  /** Answers with JSON text, laid out when `print=pretty`, left out when `print=silent`. */
  answer(status: number, text: string, headers: Record<string, string> = {}): void {
    if (this.param("print") === "silent" && status === 200) {
      this.response.writeHead(204, { ...this.#headers(), ...headers }).end();
      return;
    }
    const body = this.param("print") === "pretty" ? JSON.stringify(JSON.parse(text), null, 2) : text;
    const type = "application/json; charset=utf-8";
    this.response.writeHead(status, { ...this.#headers(), "content-type": type, ...headers }).end(body);
  }

  refuse(refusal: Refusal): void {
    this.answer(HTTP_STATUS[refusal.status], JSON.stringify({ error: refusal.message }));
    // What was not read of a refused body is not waited for.
    if (!this.request.complete) this.response.once("finish", () => this.request.destroy());
  }

  #headers(): Record<string, string> {
    return { "access-control-allow-origin": this.request.headers.origin ?? "*", "cache-control": "no-cache" };
  }
}

function urlOf(request: IncomingMessage): URL {
  const base = "http://localhost";
  const url = URL.canParse(request.url ?? "", base) ? new URL(request.url ?? "", base) : null;
  if (url === null) throw invalid("Bad URL");
  return url;
}

function refuseSlash(key: string): string {
  if (key.includes("/")) throw invalid("A key has no slash");
  return key;
}

/** @throws Refusal for text that is not JSON */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`Invalid data; couldn't parse JSON object, array, or value in ${what}.`);
  }
}
