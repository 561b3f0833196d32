import { Refusal } from "../refusal.ts";
import { checkKey, parsePath } from "../tree/path.ts";
import { compileRule } from "./expression.ts";
import { lineAndColumn, parseSource, RuleMistake } from "./source.ts";
import { variablesOf } from "./variables.ts";
import type { RuleKind } from "./variables.ts";
import type { Scope } from "./scope.ts";
import type { Source, SourceEntry } from "./source.ts";

export type Rule = (scope: Scope) => boolean;

/** The rules of a place and of what lies below it. */
export interface RuleNode {
  read: Rule | null;
  write: Rule | null;
  validate: Rule | null;
  indexOn: readonly string[];
  readonly children: Map<string, RuleNode>;
  /** The rules under `$name`, for every key without rules of its own. */
  other: RuleNode | null;
}

const MAX_RULES_LENGTH = 1024 * 1024;
const emptyNode = (): RuleNode => ({
  read: null,
  write: null,
  validate: null,
  indexOn: [],
  children: new Map(),
  other: null,
});

/**
 * The text of a rules file, checked.
 * @throws Refusal whose message has a line "line:column: what" for every mistake, as the official emulator answers
 */
export function parseRules(text: string): RuleNode {
  const mistakes: RuleMistake[] = [];
  let rules = emptyNode();
  try {
    if (text.length > MAX_RULES_LENGTH) throw new RuleMistake(0, "Rules are larger than 1 MB.");
    rules = readDocument(parseSource(text), mistakes);
  } catch (error) {
    if (error instanceof RangeError) mistakes.push(new RuleMistake(0, "Parse error: a rule is nested too deeply."));
    else if (error instanceof RuleMistake) mistakes.push(error);
    else throw error;
  }
  if (mistakes.length === 0) return rules;
  throw new Refusal(
    "invalid_data",
    mistakes.map((at) => `${lineAndColumn(text, at.offset)}: ${at.message}\n`).join(""),
  );
}

function readDocument(source: Source, mistakes: RuleMistake[]): RuleNode {
  if (source.kind !== "object") throw new RuleMistake(source.at, "Expected a JSON object.");
  const stranger = source.entries.find((entry) => entry.key !== "rules");
  if (stranger !== undefined) throw new RuleMistake(stranger.at, `Expected 'rules' only, not '${stranger.key}'.`);
  const entry = source.entries[0];
  if (entry === undefined) throw new RuleMistake(source.at, "Expected 'rules'.");
  return readNode(entry.value, new Map(), 0, mistakes);
}

function readNode(
  source: Source,
  captures: ReadonlyMap<string, number>,
  depth: number,
  mistakes: RuleMistake[],
): RuleNode {
  const node = emptyNode();
  if (source.kind !== "object") {
    mistakes.push(new RuleMistake(source.at, "Expected a JSON object."));
    return node;
  }
  const seen = new Set<string>();
  for (const entry of source.entries) {
    try {
      if (seen.has(entry.key)) throw new RuleMistake(entry.at, `Key '${entry.key}' stands twice.`);
      seen.add(entry.key);
      readEntry(node, entry, captures, depth, mistakes);
    } catch (error) {
      if (!(error instanceof RuleMistake)) throw error;
      mistakes.push(error);
    }
  }
  return node;
}

function readEntry(
  node: RuleNode,
  entry: SourceEntry,
  captures: ReadonlyMap<string, number>,
  depth: number,
  mistakes: RuleMistake[],
): void {
  const { key, value } = entry;
  if (key === ".read") node.read = readRule(key, value, captures);
  else if (key === ".write") node.write = readRule(key, value, captures);
  else if (key === ".validate") node.validate = readRule(key, value, captures);
  else if (key === ".indexOn") node.indexOn = readIndexes(value);
  else if (key.startsWith("$")) {
    if (!/^\$\w+$/.test(key)) throw new RuleMistake(entry.at, `Invalid variable name '${key}'.`);
    if (captures.has(key)) throw new RuleMistake(entry.at, `Variable '${key}' is already bound above.`);
    if (node.other !== null) throw new RuleMistake(entry.at, "A place can have one $variable only.");
    node.other = readNode(value, new Map([...captures, [key, depth]]), depth + 1, mistakes);
  } else {
    if (!isKey(key)) throw new RuleMistake(entry.at, `Invalid key '${key}'.`);
    node.children.set(key, readNode(value, captures, depth + 1, mistakes));
  }
}

function isKey(key: string): boolean {
  try {
    checkKey(key);
    return true;
  } catch {
    return false;
  }
}

function readRule(kind: RuleKind, source: Source, captures: ReadonlyMap<string, number>): Rule {
  if (source.kind === "literal" && typeof source.value === "boolean") {
    const { value } = source;
    return () => value;
  }
  if (source.kind !== "text") throw new RuleMistake(source.at, `${kind} must be text or a boolean.`);
  try {
    return compileRule(source.value, variablesOf(kind, captures));
  } catch (error) {
    if (!(error instanceof RuleMistake)) throw error;
    throw new RuleMistake(source.offsets[error.offset] ?? source.at, error.message);
  }
}

function readIndexes(source: Source): string[] {
  const items = source.kind === "list" ? source.items : [source];
  return items.map((item) => {
    if (item.kind !== "text") throw new RuleMistake(item.at, ".indexOn must be text or a list of text.");
    if (item.value !== ".value" && !isIndexPath(item.value))
      throw new RuleMistake(item.at, `Invalid index '${item.value}'.`);
    return item.value;
  });
}

function isIndexPath(text: string): boolean {
  try {
    return parsePath(text).length > 0 && !text.includes(".");
  } catch {
    return false;
  }
}
