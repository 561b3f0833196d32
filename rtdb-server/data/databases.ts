import { MAX_NAMESPACES } from "../limits.ts";
import { invalid } from "../refusal.ts";
import { parseRules } from "../rules/parse.ts";
import { Namespace } from "./namespace.ts";

/** All namespaces of the server; each appears on first use. */
export class Databases {
  readonly #namespaces = new Map<string, Namespace>();
  #rulesText: string | null;
  readonly #defaultName: string;

  /** @param rulesText given to every new namespace; null = open */
  constructor(defaultName: string, rulesText: string | null) {
    this.#defaultName = defaultName;
    this.#rulesText = rulesText;
    this.get(null);
  }

  /** @param name null = the default namespace. @throws Refusal for a name that is none, or one too many */
  get(name: string | null): Namespace {
    const wanted = name ?? this.#defaultName;
    const known = this.#namespaces.get(wanted);
    if (known !== undefined) return known;
    if (!/^[\w:.-]{1,100}$/.test(wanted))
      throw invalid("Invalid namespace: ns takes 1 to 100 letters, digits, _ - . or :");
    if (this.#namespaces.size >= MAX_NAMESPACES) throw invalid(`More than ${MAX_NAMESPACES} namespaces`);
    const namespace = new Namespace(wanted, this.#rulesText);
    this.#namespaces.set(wanted, namespace);
    return namespace;
  }

  all(): Namespace[] {
    return [...this.#namespaces.values()];
  }

  /**
   * New text of the rules given to every namespace: also to those that exist, unless they were given rules of their own.
   * @throws Refusal when they are bad; then nothing changes
   */
  setRules(text: string): void {
    parseRules(text);
    for (const namespace of this.all()) if (namespace.rulesText === this.#rulesText) namespace.setRules(text);
    this.#rulesText = text;
  }
}
