import { isMerge, Push, pushDataText } from "../../data/push.ts";
import { MAX_UNSENT_BYTES } from "../../limits.ts";
import { expiredToken, permissionDenied, type RequestError } from "../../request-error.ts";
import { whenExpired } from "../../session/expiry.ts";
import { valueText } from "../../tree/json-text.ts";
import { nodeAt } from "../../tree/node.ts";
import type { Namespace } from "../../data/namespace.ts";
import type { Listener } from "../../data/view.ts";
import type { Query } from "../../query/query.ts";
import type { Path } from "../../tree/path.ts";
import type { Exchange } from "../exchange.ts";

const KEEP_ALIVE_MS = 30_000;

/**
 * Responds with server-sent events (HTML standard, section 9.2): the data, and then every change until either side ends it.
 * @throws RequestError without the right to read, or without the index of the query
 */
export function openEventStream(
  exchange: Exchange,
  namespace: Namespace,
  { path, query }: { path: Path; query: Query | null },
): void {
  const { request, response } = exchange;
  const identity = exchange.identity();
  namespace.requireRead(path, query, identity);
  if (query !== null) namespace.requireIndex(path, query);

  const sendEvent = (name: string, data: string): void => {
    response.write(`event: ${name}\ndata: ${data}\n\n`);
    if (response.writableLength > MAX_UNSENT_BYTES) request.destroy();
  };
  const listener: Listener = {
    owner: response,
    push: (push) => {
      const relativePath = JSON.stringify(`/${push.path.slice(path.length).join("/")}`);
      const data = `{"path":${relativePath},"data":${pushDataText(push, valueText)}}`;
      sendEvent(isMerge(push.data) ? "patch" : "put", data);
    },
    recheck: () => {
      if (!namespace.canListen(path, query, { identity, listener })) end("cancel", permissionDenied());
    },
  };
  if (!namespace.canListen(path, query, { identity, listener })) throw permissionDenied();
  const view = namespace.addListener(path, query, listener);
  const keepAliveTimer = setInterval(() => sendEvent("keep-alive", "null"), KEEP_ALIVE_MS);
  const cancelExpiry = whenExpired(identity, () => end("auth_revoked", expiredToken()));
  const stopListening = (): void => {
    clearInterval(keepAliveTimer);
    cancelExpiry();
    namespace.removeListener(view, listener);
  };
  /** Ends the stream with an event that tells why. */
  const end = (event: string, { message }: RequestError): void => {
    stopListening();
    sendEvent(event, JSON.stringify(message));
    response.end();
  };
  response.once("close", stopListening);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "access-control-allow-origin": request.headers.origin ?? "*",
    "cache-control": "no-cache",
  });
  listener.push(new Push(path, view.resultOf(nodeAt(namespace.root, path))));
}
