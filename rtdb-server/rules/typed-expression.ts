import { RulesError } from "./parse-rules-json.ts";
import { type Evaluate, type Scope, failEvaluation } from "./scope.ts";
import type { Expression, Node, PrivateIdentifier, SpreadElement, Super } from "acorn";

/**
 * The type of an expression, as far as it is known when rules are uploaded. Claims of a token are "any" and stored values are
 * "primitive"; their types are checked when the rule runs.
 */
export type Type =
  "any" | "primitive" | "boolean" | "number" | "string" | "null" | "snapshot" | "regexp" | "key list" | "query";

/** A part of a rule, compiled. */
export interface TypedExpression {
  readonly type: Type;
  readonly evaluate: Evaluate;
}

export type SyntaxNode = Expression | Super | SpreadElement | PrivateIdentifier;
/** @throws RulesError for syntax that rules do not have, and for types that do not fit */
export type Compile = (node: SyntaxNode) => TypedExpression;

export const errorAt = (node: Node, message: string): RulesError => new RulesError(node.start, message);

/** Whether the type is only known when the rule runs. */
export const isDynamic = (type: Type): boolean => type === "any" || type === "primitive";

/**
 * Compiles an expression that must have one of the types.
 * @param role what the error message calls the expression
 */
export function compileTyped(
  node: SyntaxNode,
  compile: Compile,
  { types, role }: { types: readonly Type[]; role: string },
): TypedExpression {
  const compiled = compile(node);
  if (!isDynamic(compiled.type) && !types.includes(compiled.type)) {
    throw errorAt(node, `${role} must be ${types.join(" or ")}, not ${compiled.type}.`);
  }
  return compiled;
}

/** Compiles a condition. If it gives no boolean when it runs, evaluation fails. */
export function compileCondition(node: SyntaxNode, compile: Compile, role: string): (scope: Scope) => boolean {
  const { evaluate } = compileTyped(node, compile, { types: ["boolean"], role });
  return (scope) => {
    const value = evaluate(scope);
    return typeof value === "boolean" ? value : failEvaluation();
  };
}
