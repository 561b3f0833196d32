// Changes how functions-framework treats a request before it reaches us. Imported first. It relies on the framework's insides, so the
// framework is pinned, and test/unit/runtime/framework.test.ts fails where they are different.
import { subscribe } from "node:diagnostics_channel";
import domain from "node:domain";
import { IncomingMessage } from "node:http";

/**
 * The framework runs each call in a `node:domain`. From the first one on, a hook runs for every promise of the process, and another when
 * it is collected: `GET /v1/health` 3,789/s with domains, 9,115/s without. So calls run without one. An error that nothing catches then
 * ends the process, as in any other Node program; the app's own errors leave through its error handler.
 */
Object.assign(domain, { create: () => ({ on: () => {}, run: (work: () => void) => work() }) });

/**
 * The framework reads a body before our code sees the request. It answers malformed JSON itself, in HTML with a stack trace. It unpacks a
 * compressed body: 299 KB became 300 MB, and 1.3 GB of memory. So a compressed body, and any body for the API, is declared plain bytes
 * before the framework looks. The app still sees the original headers, because Hono reads the raw ones. Tasks are left to the framework.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
subscribe("http.server.request.start", (message) => {
  const request: unknown = typeof message === "object" && message !== null && "request" in message && message.request;
  if (!(request instanceof IncomingMessage)) return;
  const isCompressed = request.headers["content-encoding"] !== undefined;
  if (!isCompressed && !request.url?.includes("/v1/")) return;
  request.headers["content-type"] = "application/octet-stream";
  if (isCompressed) request.headers["content-encoding"] = "identity";
});
