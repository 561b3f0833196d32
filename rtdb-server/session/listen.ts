import { Push } from "../data/push.ts";
import { hashOf } from "../tree/hash.ts";
import { nodeAt } from "../tree/node.ts";
import { pushMessage, revocationMessage } from "./messages.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Listener, View } from "../data/view.ts";
import type { Query } from "../query/query.ts";
import type { Identity } from "../rules/identity.ts";
import type { Path } from "../tree/path.ts";

/** The client that a listen belongs to. */
export interface ListenOwner {
  readonly namespace: Namespace;
  readonly identity: Identity;
  send(message: string): void;
  endListen(listen: Listen): void;
}

/** What a client listens to. */
export interface ListenTarget {
  readonly path: Path;
  /** Null = a default listen: all data of the path. */
  readonly query: Query | null;
  /** The number by which the client knows a filtered listen. */
  readonly tag: number | null;
  /** The query as the client sent it, as JSON text. A revocation must repeat it. Null for a default listen. */
  readonly wireQuery: string | null;
}

/** One listen of one client. */
export class Listen implements Listener {
  readonly owner: ListenOwner;
  readonly target: ListenTarget;
  #view: View | null = null;

  constructor(owner: ListenOwner, target: ListenTarget) {
    this.owner = owner;
    this.target = target;
  }

  /**
   * Starts to listen, and pushes the data unless the client has it already.
   * @param hash of the data that the client has
   * @returns whether the rules lack the index of the query
   */
  start(hash: string): boolean {
    const { namespace } = this.owner;
    const { path, query } = this.target;
    const node = nodeAt(namespace.root, path);
    this.#view = namespace.addListener(path, query, this);
    const result = this.#view.resultOf(node);
    const isIndexed = query === null || namespace.isIndexed(path, query);
    // Without an index, Google's server sends all data at first and leaves the filtering to the client. So does this one.
    if (hash === "" || hashOf(result) !== hash) this.push(new Push(path, isIndexed ? result : node));
    return !isIndexed;
  }

  push(push: Push): void {
    this.owner.send(pushMessage(push, this.target.tag));
  }

  /** Whether the owner may read the data. From then on the listen is rechecked when data changes on which this depends. */
  isAllowed(): boolean {
    const { path, query } = this.target;
    const { namespace, identity } = this.owner;
    return namespace.canListen(path, query, { identity, listener: this });
  }

  recheck(): void {
    if (this.isAllowed()) return;
    const { path, wireQuery } = this.target;
    this.owner.endListen(this);
    this.owner.send(revocationMessage(path, wireQuery));
  }

  end(): void {
    this.owner.namespace.removeListener(this.#view, this);
  }
}
