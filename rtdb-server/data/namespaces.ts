import { MAX_NAMESPACES } from "../limits.ts";
import { invalidData, limitExceeded } from "../request-error.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { Namespace } from "./namespace.ts";

/** All namespaces of the server. A namespace appears on first use. */
export class Namespaces {
  readonly #byName = new Map<string, Namespace>();
  readonly #defaultName: string;
  /** The rules of every new namespace. */
  #rulesText: string | null;

  /** @param rulesText for every new namespace; null = everybody can read and write */
  constructor(defaultName: string, rulesText: string | null) {
    this.#defaultName = defaultName;
    this.#rulesText = rulesText;
    this.get(null);
  }

  /** @param name null = the default namespace. @throws RequestError for an invalid name, and when there are too many namespaces */
  get(name: string | null): Namespace {
    const actualName = name ?? this.#defaultName;
    return this.#byName.get(actualName) ?? this.#create(actualName);
  }

  #create(name: string): Namespace {
    if (!/^[\w:.-]{1,100}$/.test(name)) {
      throw invalidData("Invalid namespace: ns takes 1 to 100 letters, digits, _ - . or :");
    }
    if (this.#byName.size >= MAX_NAMESPACES) throw limitExceeded(`The server has ${MAX_NAMESPACES} namespaces already`);
    const namespace = new Namespace(name, this.#rulesText);
    this.#byName.set(name, namespace);
    return namespace;
  }

  all(): Namespace[] {
    return [...this.#byName.values()];
  }

  /**
   * Replaces the rules of new namespaces, and of existing ones unless they got rules of their own.
   * @throws RequestError for bad rules; then nothing changes
   */
  setRules(text: string): void {
    parseRules(text);
    for (const namespace of this.all()) if (namespace.rulesText === this.#rulesText) namespace.setRules(text);
    this.#rulesText = text;
  }
}
