import type { Checked } from "./checked.ts";
import type { Variables } from "./expression.ts";

/** The three kinds of rules; reads have no `newData`, and only they have `query`. */
export type RuleKind = ".read" | ".write" | ".validate";

/** The variables of a rule. @param captures the `$names` bound above it, with the depth of the key that each stands for */
export function variablesOf(kind: RuleKind, captures: ReadonlyMap<string, number>): Variables {
  const variables = new Map<string, Checked>([
    ["auth", { type: "any", run: (scope) => scope.auth }],
    ["now", { type: "number", run: (scope) => scope.now }],
    ["root", { type: "snapshot", run: (scope) => scope.root }],
    ["data", { type: "snapshot", run: (scope) => scope.data }],
  ]);
  if (kind === ".read") variables.set("query", { type: "query", run: (scope) => scope.query });
  else variables.set("newData", { type: "snapshot", run: (scope) => scope.newData });
  for (const [name, depth] of captures)
    variables.set(name, { type: "string", run: (scope) => scope.path[depth] ?? null });
  return variables;
}
