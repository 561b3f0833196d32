import { permissionDenied } from "../refusal.ts";
import { MAX_UNSENT_BYTES } from "../limits.ts";
import { nodeAt } from "../tree/node.ts";
import { Push } from "../data/push.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Listener } from "../data/view.ts";
import type { Query } from "../query/query.ts";
import type { Path } from "../tree/path.ts";
import type { Call } from "./call.ts";

const KEEP_ALIVE_MS = 30_000;

/** Answers with server-sent events (HTML standard, section 9.2): the data, then every change of it, until either side ends it. */
export function openEventStream(call: Call, namespace: Namespace, path: Path, query: Query | null): void {
  const { request, response } = call;
  const identity = call.identity();
  if (!namespace.mayRead(path, query, identity)) throw permissionDenied();
  if (query !== null) namespace.demandIndex(path, query);

  const send = (name: string, data: string): void => {
    response.write(`event: ${name}\ndata: ${data}\n\n`);
    if (response.writableLength > MAX_UNSENT_BYTES) request.destroy();
  };
  const listener: Listener = {
    owner: response,
    push: (push) => {
      const event = push.event(path.length);
      send(event.name, event.data);
    },
    recheck: () => {
      if (namespace.mayRead(path, query, identity)) return;
      end();
      send("cancel", "null");
      response.end();
    },
  };
  const view = namespace.listens.add(path, query, listener, namespace.root);
  const keepAlive = setInterval(() => send("keep-alive", "null"), KEEP_ALIVE_MS);
  const end = (): void => {
    clearInterval(keepAlive);
    namespace.listens.remove(view, listener);
  };
  response.once("close", end);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "access-control-allow-origin": request.headers.origin ?? "*",
    "cache-control": "no-cache",
  });
  listener.push(new Push(path, view.shown(nodeAt(namespace.root, path))));
}
