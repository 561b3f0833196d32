import type { Expression, Node, PrivateIdentifier, SpreadElement, Super } from "acorn";
import { unevaluable } from "./scope.ts";
import { RuleMistake } from "./source.ts";
import type { Type } from "./members.ts";
import type { Evaluate, Scope } from "./scope.ts";

/** A checked expression: what it gives, and how to get it. */
export interface Checked {
  readonly type: Type;
  readonly run: Evaluate;
}
export type Syntax = Expression | Super | SpreadElement | PrivateIdentifier;
export type Check = (node: Syntax) => Checked;

export const mistake = (node: Node, message: string): RuleMistake => new RuleMistake(node.start, message);

/** Types that are only known when the rule runs, and judged then. */
export const isFuzzy = (type: Type): boolean => type === "any" || type === "primitive";

/** The expression, which must be able to give one of the types. */
export function demand(node: Syntax, check: Check, types: readonly Type[], what: string): Checked {
  const checked = check(node);
  if (!isFuzzy(checked.type) && !types.includes(checked.type)) {
    throw mistake(node, `${what} must be ${types.join(" or ")}, not ${checked.type}.`);
  }
  return checked;
}

/** The expression as a condition; anything but a boolean cannot be evaluated. */
export function boolean(node: Syntax, check: Check, what: string): (scope: Scope) => boolean {
  const { run } = demand(node, check, ["boolean"], what);
  return (scope) => {
    const value = run(scope);
    return typeof value === "boolean" ? value : unevaluable();
  };
}
