import { invalid, Refusal } from "../refusal.ts";
import { parseJson } from "./call.ts";
import { updateOf } from "../data/change.ts";
import { hashOf } from "../tree/hash.ts";
import { branch, childrenOf, nodeAt } from "../tree/node.ts";
import { exportText, shallowText, valueText } from "../tree/text.ts";
import { select } from "../query/select.ts";
import { pushId } from "./push-id.ts";
import { parseRestQuery } from "./rest-query.ts";
import { openEventStream } from "./event-stream.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";
import type { Call } from "./call.ts";

/** Opaque to clients; equal data has equal tags. */
const etagOf = (node: Tree): string => (node === null ? "null_etag" : hashOf(node));

function etagHeader(call: Call, node: Tree): Record<string, string> {
  if (call.request.headers["x-firebase-etag"] !== "true") return {};
  return { etag: etagOf(node), "access-control-expose-headers": "ETag" };
}

function read(call: Call, namespace: Namespace, path: Path): void {
  const query = parseRestQuery(call.url.searchParams);
  const shallow = call.param("shallow") === "true";
  if (shallow && query !== null) throw invalid("shallow excludes the other query parameters");
  if (/\btext\/event-stream\b/.test(call.request.headers.accept ?? "")) {
    openEventStream(call, namespace, path, query);
    return;
  }
  const node = namespace.read(path, query, call.identity());
  if (query !== null) namespace.demandIndex(path, query);
  const shown = query === null ? node : branch(select(query, childrenOf(node), null));
  const text = shallow ? shallowText(shown) : call.param("format") === "export" ? exportText(shown) : valueText(shown);
  call.answer(200, text, etagHeader(call, shown));
}

/** A conditional write: 412 with the current data unless the data has the tag. @returns whether the write may go on */
function matches(call: Call, namespace: Namespace, path: Path): boolean {
  const wanted = call.request.headers["if-match"];
  if (wanted === undefined) return true;
  const node = namespace.read(path, null, call.identity());
  if (etagOf(node) === wanted) return true;
  call.answer(412, valueText(node), { etag: etagOf(node), "access-control-expose-headers": "ETag" });
  return false;
}

function methodOf(call: Call): string {
  const override = call.request.headers["x-http-method-override"] ?? call.param("x-http-method-override");
  const method = call.request.method ?? "";
  return method === "POST" && typeof override === "string" ? override.toUpperCase() : method;
}

/** The data of a namespace over HTTP: GET, PUT, PATCH, POST and DELETE of `/path.json`. */
export async function handleData(call: Call, namespace: Namespace): Promise<void> {
  const path = call.path();
  if (call.url.searchParams.has("callback")) throw new Refusal("unsupported", "JSONP (callback=) is not supported");
  const method = methodOf(call);
  if (method === "GET") return read(call, namespace, path);
  const text = method === "DELETE" ? "null" : await call.body();
  if (method !== "PUT" && method !== "PATCH" && method !== "POST" && method !== "DELETE") {
    throw new Refusal("unsupported", `Method ${method.slice(0, 20)} is not supported`);
  }
  const identity = call.identity();
  const json = parseJson(text, "the body");
  if (method === "PATCH" || method === "POST") {
    if (call.request.headers["if-match"] !== undefined) throw invalid(`if-match is not supported on ${method}`);
  } else if (!matches(call, namespace, path)) return;
  if (method === "POST") {
    const name = pushId(Date.now());
    namespace.write([{ path: [...path, name], json }], identity);
    call.answer(200, JSON.stringify({ name }), etagHeader(call, nodeAt(namespace.root, path)));
    return;
  }
  namespace.write(method === "PATCH" ? updateOf(path, json) : [{ path, json }], identity);
  call.answer(200, JSON.stringify(json), etagHeader(call, nodeAt(namespace.root, path)));
}
