import { subscribe } from "node:diagnostics_channel";
import { IncomingMessage, Server, ServerResponse } from "node:http";
import { type Problem, problemOf } from "../contract/problems.ts";

/** How long a client may take to send a request. Node checks it every 30 s, and answers 408. */
const REQUEST_TIMEOUT_MS = 20_000;
/** How long a refused client may go on sending. If the connection closed at once, it would see a reset instead of the response. */
const LINGER_MS = 1_000;

/**
 * Stands before the listeners of functions-framework and the emulator in every request of this process. It refuses a path that cannot be
 * decoded, reads the body before they do, and refuses one that is compressed or larger than the limit. They would accept 30 MB and more
 * of JSON, parse it whatever its path, and unpack it. Their parsers skip a request whose body has been read. A body that is too large is
 * refused by its Content-Length, or cut off where it passes the limit, so a request never holds more than the limit.
 *
 * The function finds the bytes in `request.rawBody`, and parsed JSON in `request.body`; undefined if it is not JSON.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export function guardRequests(maxBytes: number): void {
  const limited = new WeakSet<Server>();
  // Published before the server's own listeners run.
  subscribe("http.server.request.start", (message) => {
    const server: unknown = typeof message === "object" && message !== null && "server" in message && message.server;
    if (!(server instanceof Server) || limited.has(server)) return;
    limited.add(server);
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    const listeners = server.listeners("request");
    server.removeAllListeners("request");
    server.on("request", (request, response) => {
      receive(request, response, maxBytes, () => {
        for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
      });
    });
  });
}

/** Calls `next` once the body is there. If the request is refused, responds instead. */
function receive(request: IncomingMessage, response: ServerResponse, maxBytes: number, next: () => void): void {
  const { headers, url = "" } = request;
  if (!isDecodable(url)) return refuse(request, response, malformedPath);
  const tooLarge = problemOf("payload_too_large", { detail: `At most ${maxBytes} bytes are accepted.` });
  const declaredBytes = Number(headers["content-length"] ?? 0);
  if (declaredBytes === 0 && headers["transfer-encoding"] === undefined) return next();
  if (declaredBytes > maxBytes) return refuse(request, response, tooLarge);
  if (headers["content-encoding"] !== undefined) return refuse(request, response, problemOf("unsupported_media_type"));
  const pieces: Buffer[] = [];
  let bytes = 0;
  request.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= maxBytes) pieces.push(piece);
    else if (!response.headersSent) refuse(request, response, tooLarge);
  });
  request.once("end", () => {
    if (response.headersSent) return;
    const rawBody = Buffer.concat(pieces);
    // The emulator's parsers look at `_body`, the framework's at whether the stream has ended.
    Object.assign(request, { rawBody, body: parseJson(rawBody), _body: true });
    next();
  });
}

const malformedPath = problemOf("invalid_request", { detail: "The path has a malformed percent-encoding." });

/** The framework would answer any other path in HTML. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split("?", 1)[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Responds, drops what else arrives, and closes the connection. */
function refuse(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const body = Buffer.from(JSON.stringify(problem));
  response.writeHead(problem.status, {
    "content-type": "application/problem+json",
    "content-length": body.length,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    connection: "close",
  });
  response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  const stopWaiting = () => {
    clearTimeout(timer);
    response.end();
  };
  request.once("end", stopWaiting);
  request.once("close", stopWaiting);
  request.resume();
}
