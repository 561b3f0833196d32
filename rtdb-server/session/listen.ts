import { hashOf } from "../tree/hash.ts";
import { nodeAt } from "../tree/node.ts";
import { Push } from "../data/push.ts";
import type { Listener, View } from "../data/view.ts";
import type { Query } from "../query/query.ts";
import type { Path } from "../tree/path.ts";
import type { Session } from "./session.ts";

/** One listen of one session: a place, and for a filtered one the query and the client's tag for it. */
export class Listen implements Listener {
  readonly owner: Session;
  readonly path: Path;
  readonly query: Query | null;
  readonly tag: number | null;
  /** The query as the client sent it: a revocation must name it in the same words. */
  readonly #wireQuery: unknown;
  #view: View | null = null;

  constructor(owner: Session, path: Path, query: Query | null, tag: number | null, wireQuery: unknown) {
    this.owner = owner;
    this.path = path;
    this.query = query;
    this.tag = tag;
    this.#wireQuery = wireQuery;
  }

  /** @param hash of what the client holds: equal data is not sent again. @returns whether the rules lack the index */
  begin(hash: string): boolean {
    const { namespace } = this.owner;
    const node = nodeAt(namespace.root, this.path);
    this.#view = namespace.listens.add(this.path, this.query, this, namespace.root);
    const shown = this.#view.shown(node);
    const indexed = this.query === null || namespace.isIndexed(this.path, this.query);
    // Without an index everything is sent once, as Google's server does; the client filters, and later pushes are windows again.
    if (hash === "" || hashOf(shown) !== hash) this.push(new Push(this.path, indexed ? shown : node));
    return !indexed;
  }

  push(push: Push): void {
    this.owner.send(push.message(this.tag));
  }

  recheck(): void {
    const { namespace, identity } = this.owner;
    if (namespace.mayRead(this.path, this.query, identity)) return;
    this.owner.drop(this);
    const query = this.tag === null ? {} : { q: [this.#wireQuery] };
    this.owner.send(JSON.stringify({ t: "d", d: { a: "c", b: { p: this.path.join("/"), ...query } } }));
  }

  end(): void {
    if (this.#view !== null) this.owner.namespace.listens.remove(this.#view, this);
  }
}
