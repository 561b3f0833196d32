import { type Change, parseUpdate } from "../../data/write.ts";
import { select } from "../../query/select.ts";
import { invalidData, RequestError } from "../../request-error.ts";
import { hashOf } from "../../tree/hash.ts";
import { exportText, shallowText, valueText } from "../../tree/json-text.ts";
import { type Tree, buildBranch, childrenOf, nodeAt } from "../../tree/node.ts";
import { type Exchange, parseJson } from "../exchange.ts";
import { openEventStream } from "./event-stream.ts";
import { createPushId } from "./push-id.ts";
import { checkParameters, checkWriteSizeLimit, downloadHeaders, ReadTimeout } from "./parameters.ts";
import { parseQueryParameters } from "./query-parameters.ts";
import type { Namespace } from "../../data/namespace.ts";
import type { Identity } from "../../rules/identity.ts";
import type { Path } from "../../tree/path.ts";

/** The data of a namespace over REST: GET, PUT, PATCH, POST and DELETE of `/path.json`. */
export async function handleData(exchange: Exchange, namespace: Namespace): Promise<void> {
  const path = exchange.path();
  if (exchange.parameter("callback") !== null) {
    throw new RequestError("unsupported", "JSONP (callback=) is not supported");
  }
  const method = methodOf(exchange);
  checkParameters(exchange.url.searchParams, method === "GET");
  if (method === "GET") return get(exchange, namespace, path);
  const doWrite = WRITES[method];
  if (doWrite === undefined) throw new RequestError("unsupported", `Method ${method.slice(0, 20)} is not supported`);
  const text = method === "DELETE" ? "null" : await exchange.readBody();
  const identity = exchange.identity();
  doWrite(exchange, { namespace, path, identity, json: parseJson(text, "the body"), bytes: Buffer.byteLength(text) });
}

/** A client that cannot send all methods sends POST and names the method in a header or a parameter. */
function methodOf(exchange: Exchange): string {
  const { method = "", headers } = exchange.request;
  const override = headers["x-http-method-override"] ?? exchange.parameter("x-http-method-override");
  return method === "POST" && typeof override === "string" ? override.toUpperCase() : method;
}

function get(exchange: Exchange, namespace: Namespace, path: Path): void {
  const timeout = new ReadTimeout(exchange.url.searchParams);
  const query = parseQueryParameters(exchange.url.searchParams);
  const isShallow = exchange.parameter("shallow") === "true";
  if (isShallow && query !== null) throw invalidData("shallow excludes the other query parameters");
  if (/\btext\/event-stream\b/.test(exchange.request.headers.accept ?? "")) {
    openEventStream(exchange, namespace, { path, query });
    return;
  }
  let node = namespace.read(path, query, exchange.identity());
  if (query !== null) {
    namespace.requireIndex(path, query);
    node = buildBranch(select(query, childrenOf(node)));
  }
  const text = textOf(node, exchange);
  timeout.check();
  exchange.respond(200, text, { ...etagHeaders(exchange, node), ...downloadHeaders(exchange.url.searchParams) });
}

function textOf(node: Tree, exchange: Exchange): string {
  if (exchange.parameter("shallow") === "true") return shallowText(node);
  return exchange.parameter("format") === "export" ? exportText(node) : valueText(node);
}

interface RestWrite {
  readonly namespace: Namespace;
  readonly path: Path;
  readonly identity: Identity;
  readonly json: unknown;
  /** Of the JSON text. */
  readonly bytes: number;
}

const WRITES: Partial<Record<string, (exchange: Exchange, write: RestWrite) => void>> = {
  PUT: set,
  DELETE: set,
  PATCH: update,
  POST: push,
};

/** With `if-match` the write is done only if the current data has that ETag. */
function set(exchange: Exchange, write: RestWrite): void {
  const { namespace, path, json, identity } = write;
  const wantedTag = exchange.request.headers["if-match"];
  if (wantedTag !== undefined) {
    const current = namespace.read(path, null, identity);
    if (etagOf(current) !== wantedTag) return respondPreconditionFailed(exchange, current);
  }
  writeChanges(exchange, write, [{ path, json }]);
  respondWritten(exchange, write, json);
}

function update(exchange: Exchange, write: RestWrite): void {
  const { path, json } = write;
  refuseIfMatch(exchange, "PATCH");
  writeChanges(exchange, write, parseUpdate(path, json));
  respondWritten(exchange, write, json);
}

/** Adds a child under a new key. */
function push(exchange: Exchange, write: RestWrite): void {
  const { path, json } = write;
  refuseIfMatch(exchange, "POST");
  const name = createPushId(Date.now());
  writeChanges(exchange, write, [{ path: [...path, name], json }]);
  respondWritten(exchange, write, { name });
}

function writeChanges(exchange: Exchange, { namespace, identity, bytes }: RestWrite, changes: Change[]): void {
  checkWriteSizeLimit(exchange.url.searchParams, () => {
    const replaced = changes.map(({ path }) => Buffer.byteLength(exportText(nodeAt(namespace.root, path))));
    return replaced.reduce((sum, one) => sum + one, bytes);
  });
  namespace.write(changes, identity);
}

function refuseIfMatch(exchange: Exchange, method: string): void {
  const hasIfMatch = exchange.request.headers["if-match"] !== undefined;
  if (hasIfMatch) throw invalidData(`if-match is not supported on ${method}`);
}

function respondWritten(exchange: Exchange, { namespace, path }: RestWrite, json: unknown): void {
  exchange.respond(200, JSON.stringify(json), etagHeaders(exchange, nodeAt(namespace.root, path)));
}

function respondPreconditionFailed(exchange: Exchange, current: Tree): void {
  exchange.respond(412, valueText(current), headersWithEtag(current));
}

function etagHeaders(exchange: Exchange, node: Tree): Record<string, string> {
  const isRequested = exchange.request.headers["x-firebase-etag"] === "true";
  return isRequested ? headersWithEtag(node) : {};
}

function headersWithEtag(node: Tree): Record<string, string> {
  return { etag: etagOf(node), "access-control-expose-headers": "ETag" };
}

/** Equal data has equal ETags. */
function etagOf(node: Tree): string {
  return node === null ? "null_etag" : hashOf(node);
}
