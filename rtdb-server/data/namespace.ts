import { Refusal, permissionDenied } from "../refusal.ts";
import { hasIndex, mayRead, mayWrite } from "../rules/access.ts";
import { parseRules } from "../rules/parse.ts";
import { nodeAt } from "../tree/node.ts";
import { pathText } from "../tree/path.ts";
import { applyChanges, writtenBy } from "./change.ts";
import { Listens } from "./listens.ts";
import type { Query } from "../query/query.ts";
import type { Identity } from "../rules/access.ts";
import type { RuleNode } from "../rules/parse.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";
import type { Change } from "./change.ts";

/** One database: its data, its rules and who listens to it. Everything in it happens at once, between two turns of the event loop. */
export class Namespace {
  readonly name: string;
  readonly listens = new Listens();
  #root: Tree = null;
  #rules: RuleNode | null = null;
  #rulesText: string | null = null;

  /** @param rulesText null = open for all, as the official emulator before it is given rules */
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

  /** Puts rules in force and ends the listens that they no longer allow. @throws Refusal when they are bad; the old ones stay */
  setRules(text: string): void {
    this.#rules = parseRules(text);
    this.#rulesText = text;
    for (const listener of this.listens.all) listener.recheck();
  }

  mayRead(path: Path, query: Query | null, identity: Identity): boolean {
    if (identity.admin || this.#rules === null) return true;
    return mayRead(this.#rules, this.#root, path, query, identity.auth, Date.now());
  }

  /** The data at a place. @throws Refusal without the right to read it */
  read(path: Path, query: Query | null, identity: Identity): Tree {
    if (!this.mayRead(path, query, identity)) throw permissionDenied();
    return nodeAt(this.#root, path);
  }

  /** Whether the query can be answered as the rules stand: by key and by priority always. */
  isIndexed(path: Path, query: Query): boolean {
    const { name } = query.index;
    return name === ".key" || name === ".priority" || (this.#rules !== null && hasIndex(this.#rules, path, name));
  }

  demandIndex(path: Path, query: Query): void {
    if (this.isIndexed(path, query)) return;
    const { name } = query.index;
    throw new Refusal(
      "no_index",
      `Index not defined, add ".indexOn": "${name}", for path "${pathText(path)}", to the rules`,
    );
  }

  /** Checks a write as if it were done now, without doing it. @throws Refusal */
  check(changes: readonly Change[], identity: Identity): void {
    writtenBy(changes);
    this.#judge(changes, identity);
  }

  /**
   * Does all the changes or none, and tells everybody who listens before it returns.
   * @throws Refusal when data or places are bad, or a rule says no
   */
  write(changes: readonly Change[], identity: Identity): void {
    const written = writtenBy(changes);
    const before = this.#root;
    const after = this.#judge(changes, identity);
    this.#root = after;
    this.listens.publish(written, before, after);
  }

  #judge(changes: readonly Change[], identity: Identity): Tree {
    const now = Date.now();
    const after = applyChanges(this.#root, changes, now);
    if (!identity.admin && this.#rules !== null) {
      const paths = changes.map((change) => change.path);
      if (!mayWrite(this.#rules, this.#root, after, paths, identity.auth, now)) throw permissionDenied();
    }
    return after;
  }
}
