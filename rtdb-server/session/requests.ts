import { type Change, parseUpdate } from "../data/write.ts";
import { isObject } from "../is-object.ts";
import { MAX_SDK_WRITE_BYTES } from "../limits.ts";
import { select } from "../query/select.ts";
import { invalidData, RequestError, writeTooBig } from "../request-error.ts";
import { SIGNED_OUT } from "../rules/identity.ts";
import { hashOf } from "../tree/hash.ts";
import { exportText } from "../tree/json-text.ts";
import { buildBranch, childrenOf, nodeAt } from "../tree/node.ts";
import { parsePath } from "../tree/path.ts";
import { identityOfCredential } from "./credentials.ts";
import { parseWireQuery, wireQueryText } from "./wire-query.ts";
import type { ClientState } from "./client-state.ts";

type Body = Record<string, unknown>;

interface Request {
  readonly action: string;
  readonly body: Body;
  /** The length of the whole message. */
  readonly length: number;
}

/** Actions whose data is written, now or at the end of the connection. */
const WRITE_ACTIONS: ReadonlySet<string> = new Set(["p", "m", "o", "om"]);

/**
 * Does one request of a client. All pushes that it causes are sent before it returns, so they come before its response.
 * @returns the data of the response as JSON text
 * @throws RequestError if the request is refused
 */
export function handleRequest(client: ClientState, { action, body, length }: Request): string {
  if (WRITE_ACTIONS.has(action)) checkWriteSize(body, length);
  switch (action) {
    case "q":
      return listen(client, body);
    case "n":
      client.unlisten(pathIn(body), tagIn(body));
      return '""';
    case "g":
      return get(client, body);
    case "p":
      return write(client, body, changesOfSet(body));
    case "m":
      return write(client, body, changesOfUpdate(body));
    case "o":
      return registerOnDisconnect(client, changesOfSet(body));
    case "om":
      return registerOnDisconnect(client, changesOfUpdate(body));
    case "oc":
      client.onDisconnect.cancel(pathIn(body));
      return '""';
    case "auth":
    case "gauth":
      client.setIdentity(identityOfCredential(action, body));
      return "{}";
    case "unauth":
      client.setIdentity(SIGNED_OUT);
      return '"unauthenticated"';
    case "s": // statistics of the client
    case "appcheck":
    case "unappeck": // the SDKs spell it so
      return '""';
    default:
      throw new RequestError("unsupported", `Unknown action ${JSON.stringify(action.slice(0, 80))}`);
  }
}

function checkWriteSize({ d: data }: Body, length: number): void {
  const canBeTooBig = length * 3 > MAX_SDK_WRITE_BYTES; // a UTF-16 unit has at most three bytes in UTF-8
  if (canBeTooBig && Buffer.byteLength(JSON.stringify(data) ?? "") > MAX_SDK_WRITE_BYTES) throw writeTooBig();
}

function listen(client: ClientState, body: Body): string {
  const path = pathIn(body);
  const tag = tagIn(body);
  const { q: queryJson, h: hash } = body;
  if ((tag === null) !== (queryJson === undefined)) throw invalidData("A filtered listen has a query and a tag");
  if (queryJson !== undefined && !isObject(queryJson)) throw invalidData("A query must be an object");
  const query = queryJson === undefined ? null : parseWireQuery(queryJson);
  const wireQuery = queryJson === undefined ? null : wireQueryText(queryJson);
  const isUnindexed = client.listen({ path, query, tag, wireQuery }, typeof hash === "string" ? hash : "");
  return isUnindexed ? '{"w":["no_index"]}' : "{}";
}

function get(client: ClientState, body: Body): string {
  const { namespace, identity } = client;
  const path = pathIn(body);
  const { q: wireQuery } = body;
  const hasQuery = isObject(wireQuery) && Object.keys(wireQuery).length > 0;
  const query = hasQuery ? parseWireQuery(wireQuery) : null;
  const node = namespace.read(path, query, identity);
  if (query === null) return exportText(node);
  namespace.requireIndex(path, query);
  return exportText(buildBranch(select(query, childrenOf(node))));
}

/** With a hash `h` the write is part of a transaction: it is refused unless the hash is that of the current data. */
function write({ namespace, identity }: ClientState, body: Body, changes: Change[]): string {
  const { h: hash } = body;
  // The client has the current data already, since every write is pushed at once. It tries again with that.
  if (hash !== undefined && hash !== hashOf(nodeAt(namespace.root, pathIn(body)))) {
    throw new RequestError("datastale", "Transaction hash does not match");
  }
  namespace.write(changes, identity);
  return '""';
}

function registerOnDisconnect(client: ClientState, changes: Change[]): string {
  client.namespace.checkWrite(changes, client.identity);
  client.onDisconnect.add(changes);
  return '""';
}

const changesOfSet = (body: Body): Change[] => [{ path: pathIn(body), json: dataIn(body) }];
const changesOfUpdate = (body: Body): Change[] => parseUpdate(pathIn(body), dataIn(body));

function pathIn({ p: path }: Body): string[] {
  if (typeof path !== "string") throw invalidData("Path missing");
  return parsePath(path);
}

function dataIn({ d: data }: Body): unknown {
  if (data === undefined) throw invalidData("Data missing"); // a delete has null
  return data;
}

function tagIn({ t: tag }: Body): number | null {
  if (tag === undefined) return null;
  if (typeof tag !== "number" || !Number.isSafeInteger(tag) || tag <= 0) {
    throw invalidData("A tag must be a positive integer");
  }
  return tag;
}
