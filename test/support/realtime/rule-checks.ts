import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { parseUpdate } from "../../../rtdb-server/data/write.ts";
import { RequestError } from "../../../rtdb-server/request-error.ts";
import { ADMIN } from "../../../rtdb-server/rules/identity.ts";
import { type RulesJson, parseRulesJson } from "../../../rtdb-server/rules/parse-rules-json.ts";
import { parsePath } from "../../../rtdb-server/tree/path.ts";
import { mutantsOf } from "./rule-mutants.ts";
import { RULES } from "./rules.ts";

export type Rules = { [key: string]: Rules | string | boolean };

/** The security rules that are deployed, as JSON, without their indexes. */
export const PLAIN_RULES = (toPlainJson(parseRulesJson(RULES)) as { rules: Rules }).rules;

function toPlainJson(json: RulesJson): Rules | string | boolean {
  if (json.kind === "object") {
    const entries = json.entries.filter(({ key }) => key !== ".indexOn");
    return Object.fromEntries(entries.map(({ key, value }) => [key, toPlainJson(value)]));
  }
  return json.kind === "list" ? "" : (json.value as string | boolean);
}

/** A write or a read, and whether the rules allow it. */
export interface RulesCase {
  readonly what: string;
  readonly allowed: boolean;
  /** `auth` in the rules; null for a client that is signed out. */
  readonly auth: { uid: string; token: Record<string, unknown> } | null;
  /** What is changed in the data before, by path. */
  readonly given?: Record<string, unknown>;
  /** The values of one update, by path. */
  readonly parts?: Record<string, unknown>;
  /** The place that is read, where nothing is written. */
  readonly read?: string;
}

/** The cases that these rules, or the text of a rules file, judge otherwise than they should. */
export function failedCases(rules: Rules | string, cases: readonly RulesCase[], dataBefore: unknown): string[] {
  const database = new Namespace("rules", typeof rules === "string" ? rules : JSON.stringify({ rules }));
  return cases.filter((rulesCase) => isAllowed(database, rulesCase, dataBefore) !== rulesCase.allowed).map(describe);
}

const describe = ({ what }: RulesCase) => what;

function isAllowed(database: Namespace, { auth, given, parts, read }: RulesCase, dataBefore: unknown): boolean {
  const identity = { admin: false, auth } as const;
  database.write([{ path: [], json: dataBefore }], ADMIN);
  if (given) database.write(parseUpdate([], given), ADMIN);
  if (read !== undefined) return database.canRead(parsePath(read), null, identity);
  try {
    database.checkWrite(parseUpdate([], parts), identity);
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.status === "permission_denied") return false;
    throw error;
  }
}

/** The rules without one of their conditions. */
export interface RulesMutant {
  readonly name: string;
  readonly rules: Rules;
}

/** The deployed rules with each condition at or below a place removed in turn. A rule that is just `false` is removed whole. */
export function mutantsBelow(place: string): RulesMutant[] {
  return rulesAt(PLAIN_RULES[place] as Rules, [place]).flatMap(({ path, kind, rule }) => {
    const name = `${path.join("/")} ${kind}`;
    if (rule === false) return [{ name: `${name}: false`, rules: withRule(path, kind, true) }];
    if (typeof rule !== "string") return [];
    return mutantsOf(rule).map((mutant) => {
      return { name: `${name}: ${mutant.condition}`, rules: withRule(path, kind, mutant.rule) };
    });
  });
}

interface RuleAt {
  path: string[];
  kind: string;
  rule: string | boolean;
}

function rulesAt(node: Rules, path: string[]): RuleAt[] {
  return Object.entries(node).flatMap(([key, value]): RuleAt[] => {
    return typeof value === "object" ? rulesAt(value, [...path, key]) : [{ path, kind: key, rule: value }];
  });
}

function withRule(path: string[], kind: string, rule: string | boolean): Rules {
  const rules = structuredClone(PLAIN_RULES);
  const node = path.reduce((at, key) => at[key] as Rules, rules);
  node[kind] = rule;
  return rules;
}
