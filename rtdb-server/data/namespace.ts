import { permissionDenied, RequestError } from "../request-error.ts";
import { canRead, canWrite, hasIndex } from "../rules/access.ts";
import { type RuleNode, parseRules } from "../rules/parse-rules.ts";
import { type Tree, nodeAt } from "../tree/node.ts";
import { type Path, pathText } from "../tree/path.ts";
import { ListenTree } from "./listen-tree.ts";
import { ReadDependencies } from "./read-dependencies.ts";
import { type Change, applyChanges, buildWriteTree } from "./write.ts";
import type { Query } from "../query/query.ts";
import type { Identity } from "../rules/identity.ts";
import type { Listener, View } from "./view.ts";

/** One database: its data, its rules and its listeners. No method waits, so each operation is done before the next starts. */
export class Namespace {
  readonly name: string;
  readonly #listens = new ListenTree();
  readonly #readDependencies = new ReadDependencies();
  #root: Tree = null;
  #rules: RuleNode | null = null;
  #rulesText: string | null = null;

  /** @param rulesText null = everybody can read and write, as in the official emulator before it gets rules */
  constructor(name: string, rulesText: string | null) {
    this.name = name;
    if (rulesText !== null) this.setRules(rulesText);
  }

  get root(): Tree {
    return this.#root;
  }

  get rulesText(): string | null {
    return this.#rulesText;
  }

  /** Replaces the rules, and ends the listens that the new ones do not allow. @throws RequestError for bad rules; the old ones stay */
  setRules(text: string): void {
    this.#rules = parseRules(text);
    this.#rulesText = text;
    this.#listens.recheckAll();
  }

  /** The data at a location. @throws RequestError without the right to read it */
  read(path: Path, query: Query | null, identity: Identity): Tree {
    this.requireRead(path, query, identity);
    return nodeAt(this.#root, path);
  }

  /** @throws RequestError without the right to read the location */
  requireRead(path: Path, query: Query | null, identity: Identity): void {
    if (!this.canRead(path, query, identity)) throw permissionDenied();
  }

  canRead(path: Path, query: Query | null, identity: Identity): boolean {
    if (identity.admin || this.#rules === null) return true;
    return canRead(this.#rules, { auth: identity.auth, now: Date.now(), root: this.#root, path, query });
  }

  /**
   * Whether somebody may listen. If so, the listener is rechecked when data changes that the rules looked at, until it is removed.
   * Each recheck has to ask again, because the rules can look elsewhere then.
   */
  canListen(
    path: Path,
    query: Query | null,
    { identity, listener }: { identity: Identity; listener: Listener },
  ): boolean {
    this.#readDependencies.delete(listener);
    if (identity.admin || this.#rules === null) return true;
    const { auth } = identity;
    const seen: Path[] = [];
    const onLook = (at: Path): void => void seen.push(at);
    const isAllowed = canRead(this.#rules, { auth, now: Date.now(), root: this.#root, path, query, onLook });
    if (isAllowed) this.#readDependencies.set(listener, seen);
    return isAllowed;
  }

  /** Whether the query can be answered. Rules must declare its index, unless it is by key or by priority. */
  isIndexed(path: Path, query: Query): boolean {
    const { name } = query.index;
    return name === ".key" || name === ".priority" || (this.#rules !== null && hasIndex(this.#rules, path, name));
  }

  /** @throws RequestError unless the query can be answered */
  requireIndex(path: Path, query: Query): void {
    if (this.isIndexed(path, query)) return;
    const { name } = query.index;
    throw new RequestError(
      "no_index",
      `Index not defined, add ".indexOn": "${name}", for path "${pathText(path)}", to the rules`,
    );
  }

  /** Adds a listener to a location. Call `canListen` first: this does not check rights. */
  addListener(path: Path, query: Query | null, listener: Listener): View {
    return this.#listens.add(path, query, { listener, root: this.#root });
  }

  /** @param view null if the listener was not added yet */
  removeListener(view: View | null, listener: Listener): void {
    this.#readDependencies.delete(listener);
    if (view !== null) this.#listens.remove(view, listener);
  }

  /**
   * Applies all changes or none. All listeners have their pushes when it returns.
   * @throws RequestError for bad data or paths, or if rules deny the write
   */
  write(changes: readonly Change[], identity: Identity): void {
    const written = buildWriteTree(changes);
    const before = this.#root;
    const after = this.#rootAfter(changes, identity);
    this.#root = after;
    // First the rights: who loses the right to read by a write does not get its data.
    for (const listener of this.#readDependencies.listenersOf(written, before, after)) listener.recheck();
    this.#listens.notify(written, before, after);
  }

  /** Checks whether a write would be accepted now, and changes nothing. @throws RequestError if not */
  checkWrite(changes: readonly Change[], identity: Identity): void {
    buildWriteTree(changes);
    this.#rootAfter(changes, identity);
  }

  #rootAfter(changes: readonly Change[], identity: Identity): Tree {
    const now = Date.now();
    const before = this.#root;
    const after = applyChanges(before, changes, now);
    if (!identity.admin && this.#rules !== null) {
      const paths = changes.map(({ path }) => path);
      const isAllowed = canWrite(this.#rules, { auth: identity.auth, now, before, after, paths });
      if (!isAllowed) throw permissionDenied();
    }
    return after;
  }
}
