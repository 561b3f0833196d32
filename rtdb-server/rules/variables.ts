import type { TypedExpression } from "./typed-expression.ts";

/** The variables that a rule can name. */
export type Variables = ReadonlyMap<string, TypedExpression>;

export type RuleKind = ".read" | ".write" | ".validate";

/**
 * The variables of a rule. Only read rules have `query`; they have no `newData`.
 * @param captures the `$name` variables above the rule, each with the depth of the key that it captures
 */
export function variablesOf(kind: RuleKind, captures: ReadonlyMap<string, number>): Variables {
  const variables = new Map<string, TypedExpression>([
    ["auth", { type: "any", evaluate: (scope) => scope.auth }],
    ["now", { type: "number", evaluate: (scope) => scope.now }],
    ["root", { type: "snapshot", evaluate: (scope) => scope.root }],
    ["data", { type: "snapshot", evaluate: (scope) => scope.data }],
  ]);
  if (kind === ".read") variables.set("query", { type: "query", evaluate: (scope) => scope.query });
  else variables.set("newData", { type: "snapshot", evaluate: (scope) => scope.newData });
  for (const [name, depth] of captures) {
    variables.set(name, { type: "string", evaluate: (scope) => scope.path[depth] ?? null });
  }
  return variables;
}
