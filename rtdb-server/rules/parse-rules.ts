import { MAX_RULES_LENGTH } from "../limits.ts";
import { findIndex } from "../query/order.ts";
import { RequestError } from "../request-error.ts";
import { isValidKey } from "../tree/path.ts";
import { type Rule, compileRule } from "./compile-rule.ts";
import { type RulesEntry, type RulesJson, lineAndColumn, parseRulesJson, RulesError } from "./parse-rules-json.ts";
import { type RuleKind, variablesOf } from "./variables.ts";

/** The rules of a location and of all locations below it. */
export interface RuleNode {
  read: Rule | null;
  write: Rule | null;
  validate: Rule | null;
  /** Names of indexes for the children of the location. */
  indexOn: readonly string[];
  readonly children: Map<string, RuleNode>;
  /** The rules under `$name`, for every key that has no rules of its own. */
  anyChild: RuleNode | null;
}

/**
 * Parses and compiles a rules file.
 * @throws RequestError whose message has a line "line:column: mistake" for every mistake, as the official emulator reports them
 */
export function parseRules(text: string): RuleNode {
  const reader = new RulesReader();
  const rules = reader.read(text);
  if (reader.errors.length === 0) return rules;
  const lines = reader.errors.map(({ offset, message }) => `${lineAndColumn(text, offset)}: ${message}\n`);
  throw new RequestError("invalid_data", lines.join(""));
}

/** Where rules are in the file. */
interface RulesLocation {
  /** The `$name` variables above, each with the depth of the key that it captures. */
  readonly captures: ReadonlyMap<string, number>;
  readonly depth: number;
}

/** Reads on after an error, to report all errors of a file at once. */
class RulesReader {
  readonly errors: RulesError[] = [];

  read(text: string): RuleNode {
    let rules = emptyNode();
    this.#collectErrors(0, () => {
      if (text.length > MAX_RULES_LENGTH) throw new RulesError(0, "Rules are larger than 1 MB.");
      rules = this.#readDocument(parseRulesJson(text));
    });
    return rules;
  }

  #collectErrors(offset: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof RulesError) this.errors.push(error);
      // The nesting of a rule's text has no limit, so its parser can run out of stack.
      else if (error instanceof RangeError) this.errors.push(new RulesError(offset, "Parse error: nested too deeply."));
      else throw error;
    }
  }

  #readDocument(json: RulesJson): RuleNode {
    if (json.kind !== "object") throw new RulesError(json.offset, "Expected a JSON object.");
    const other = json.entries.find((entry) => entry.key !== "rules");
    if (other !== undefined) throw new RulesError(other.offset, `Expected 'rules' only, not '${other.key}'.`);
    const entry = json.entries[0];
    if (entry === undefined) throw new RulesError(json.offset, "Expected 'rules'.");
    return this.#readNode(entry.value, { captures: new Map(), depth: 0 });
  }

  #readNode(json: RulesJson, location: RulesLocation): RuleNode {
    const node = emptyNode();
    if (json.kind !== "object") {
      this.errors.push(new RulesError(json.offset, "Expected a JSON object."));
      return node;
    }
    const keys = new Set<string>();
    for (const entry of json.entries) {
      this.#collectErrors(entry.offset, () => {
        if (keys.has(entry.key)) throw new RulesError(entry.offset, `Key '${entry.key}' occurs twice.`);
        keys.add(entry.key);
        this.#readEntry(node, entry, location);
      });
    }
    return node;
  }

  #readEntry(node: RuleNode, { key, offset, value }: RulesEntry, { captures, depth }: RulesLocation): void {
    if (key === ".read") node.read = readRule(key, value, captures);
    else if (key === ".write") node.write = readRule(key, value, captures);
    else if (key === ".validate") node.validate = readRule(key, value, captures);
    else if (key === ".indexOn") node.indexOn = readIndexes(value);
    else if (key.startsWith("$")) {
      if (!/^\$\w+$/.test(key)) throw new RulesError(offset, `Invalid variable name '${key}'.`);
      if (captures.has(key)) throw new RulesError(offset, `Variable '${key}' is already bound above.`);
      if (node.anyChild !== null) throw new RulesError(offset, "A location can have one $variable only.");
      node.anyChild = this.#readNode(value, { captures: new Map([...captures, [key, depth]]), depth: depth + 1 });
    } else {
      if (!isValidKey(key)) throw new RulesError(offset, `Invalid key '${key}'.`);
      node.children.set(key, this.#readNode(value, { captures, depth: depth + 1 }));
    }
  }
}

function emptyNode(): RuleNode {
  return { read: null, write: null, validate: null, indexOn: [], children: new Map(), anyChild: null };
}

function readRule(kind: RuleKind, json: RulesJson, captures: ReadonlyMap<string, number>): Rule {
  if (json.kind === "literal" && typeof json.value === "boolean") {
    const { value } = json;
    return () => value;
  }
  if (json.kind !== "string") throw new RulesError(json.offset, `${kind} must be a string or a boolean.`);
  try {
    return compileRule(json.value, variablesOf(kind, captures));
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    throw new RulesError(json.offsets[error.offset] ?? json.offset, error.message);
  }
}

function readIndexes(json: RulesJson): string[] {
  const items = json.kind === "list" ? json.items : [json];
  return items.map((item) => {
    if (item.kind !== "string") throw new RulesError(item.offset, ".indexOn must be a string or a list of strings.");
    if (!canBeDeclared(item.value)) throw new RulesError(item.offset, `Invalid index '${item.value}'.`);
    return item.value;
  });
}

/** Indexes by key and by priority always exist, so rules cannot declare them. */
function canBeDeclared(index: string): boolean {
  return index !== ".key" && index !== ".priority" && findIndex(index) !== null;
}
