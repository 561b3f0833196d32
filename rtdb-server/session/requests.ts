import { isObject } from "../is-object.ts";
import { invalid, permissionDenied, Refusal } from "../refusal.ts";
import { branch, childrenOf, nodeAt } from "../tree/node.ts";
import { exportText } from "../tree/text.ts";
import { hashOf } from "../tree/hash.ts";
import { parsePath } from "../tree/path.ts";
import { parseQuery } from "../query/query.ts";
import { select } from "../query/select.ts";
import { updateOf } from "../data/change.ts";
import { identityOfCredential, NOBODY } from "./credentials.ts";
import { Listen } from "./listen.ts";
import type { Change } from "../data/change.ts";
import type { Path } from "../tree/path.ts";
import type { Session } from "./session.ts";

type Body = Record<string, unknown>;

function pathOf(body: Body): string[] {
  if (typeof body["p"] !== "string") throw invalid("Path missing");
  return parsePath(body["p"]);
}

function dataOf(body: Body): unknown {
  if (body["d"] === undefined) throw invalid("Data missing"); // a delete says null
  return body["d"];
}

function tagOf(body: Body): number | null {
  const { t } = body;
  if (t === undefined) return null;
  if (typeof t !== "number" || !Number.isSafeInteger(t) || t <= 0) throw invalid("A tag is a positive integer");
  return t;
}

function listen(session: Session, body: Body): string {
  const path = pathOf(body);
  const tag = tagOf(body);
  if ((tag === null) !== (body["q"] === undefined)) throw invalid("A filtered listen has a query and a tag");
  const query = isObject(body["q"]) ? parseQuery(body["q"]) : null;
  if (query === null && tag !== null) throw invalid("A query is an object");
  if (!session.namespace.mayRead(path, query, session.identity)) throw permissionDenied();
  const listen = new Listen(session, path, query, tag, body["q"]);
  session.keep(listen);
  const unindexed = listen.begin(typeof body["h"] === "string" ? body["h"] : "");
  return unindexed ? '{"w":["no_index"]}' : "{}";
}

function get(session: Session, body: Body): string {
  const path = pathOf(body);
  const query = isObject(body["q"]) && Object.keys(body["q"]).length > 0 ? parseQuery(body["q"]) : null;
  const node = session.namespace.read(path, query, session.identity);
  if (query === null) return exportText(node);
  session.namespace.demandIndex(path, query);
  return exportText(branch(select(query, childrenOf(node), null)));
}

function write(session: Session, path: Path, changes: Change[], body: Body): string {
  const { namespace } = session;
  // The data that a transaction must build on has been pushed already: every write is, before anything else happens.
  if (body["h"] !== undefined && body["h"] !== hashOf(nodeAt(namespace.root, path))) {
    throw new Refusal("datastale", "Transaction hash does not match");
  }
  namespace.write(changes, session.identity);
  return '""';
}

function onDisconnect(session: Session, changes: Change[]): string {
  session.namespace.check(changes, session.identity);
  session.onDisconnect.add(changes);
  return '""';
}

/**
 * Does one request of a client. What it changes is pushed before this returns, so pushes precede the answer.
 * @returns the JSON text of the answer's data. @throws Refusal
 */
export function answer(session: Session, action: string, body: Body): string {
  switch (action) {
    case "q":
      return listen(session, body);
    case "n":
      session.unlisten(pathOf(body), tagOf(body));
      return '""';
    case "g":
      return get(session, body);
    case "p":
      return write(session, pathOf(body), [{ path: pathOf(body), json: dataOf(body) }], body);
    case "m":
      return write(session, pathOf(body), updateOf(pathOf(body), dataOf(body)), body);
    case "o":
      return onDisconnect(session, [{ path: pathOf(body), json: dataOf(body) }]);
    case "om":
      return onDisconnect(session, updateOf(pathOf(body), dataOf(body)));
    case "oc":
      session.onDisconnect.cancel(pathOf(body));
      return '""';
    case "auth":
    case "gauth":
      session.become(identityOfCredential(action, body));
      return "{}";
    case "unauth":
      session.become(NOBODY);
      return '"unauthenticated"';
    case "s":
    case "appcheck":
    case "unappeck":
      return '""';
    default:
      throw new Refusal("unsupported", `Unknown action ${JSON.stringify(action.slice(0, 80))}`);
  }
}
