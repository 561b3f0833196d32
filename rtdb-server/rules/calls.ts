import { type Method, SNAPSHOT_METHODS, STRING_METHODS } from "./methods.ts";
import { memberName } from "./properties.ts";
import { type Evaluate, failEvaluation } from "./scope.ts";
import { Snapshot } from "./snapshot.ts";
import {
  type Compile,
  type SyntaxNode,
  type TypedExpression,
  compileTyped,
  errorAt,
  isDynamic,
} from "./typed-expression.ts";
import type { CallExpression } from "acorn";

/** Compiles `a.b(…)`: the methods of snapshots and of strings. */
export function compileCall(node: CallExpression, compile: Compile): TypedExpression {
  const { callee } = node;
  if (callee.type !== "MemberExpression") throw errorAt(callee, "Only methods can be called.");
  const target = compile(callee.object);
  const name = memberName(callee) ?? "";
  if (target.type === "snapshot") {
    const method = SNAPSHOT_METHODS.get(name);
    if (method !== undefined) return compileMethod(node, compile, { name, method, target, isTarget: isSnapshot });
  } else if (target.type === "string" || isDynamic(target.type)) {
    const method = STRING_METHODS.get(name);
    if (method !== undefined) return compileMethod(node, compile, { name, method, target, isTarget: isString });
  }
  throw errorAt(callee.property, `No such method '${name}' of ${target.type}.`);
}

const isSnapshot = (value: unknown): value is Snapshot => value instanceof Snapshot;
const isString = (value: unknown): value is string => typeof value === "string";

interface MethodCall<Target> {
  readonly name: string;
  readonly method: Method<Target>;
  readonly target: TypedExpression;
  readonly isTarget: (value: unknown) => value is Target;
}

function compileMethod<Target>(
  node: CallExpression,
  compile: Compile,
  { name, method, target, isTarget }: MethodCall<Target>,
): TypedExpression {
  const { parameters, isLastOptional, returns } = method;
  const count = node.arguments.length;
  if (count !== parameters.length && !(isLastOptional && count === parameters.length - 1)) {
    throw errorAt(node, `Method '${name}' takes ${parameters.length} arguments, not ${count}.`);
  }
  const args = node.arguments.map((argument, i): Evaluate => {
    const type = parameters[i] ?? "any";
    if (type === "key list") return compileKeyList(argument, compile);
    return compileTyped(argument, compile, { types: [type], role: `Argument ${i + 1} of '${name}'` }).evaluate;
  });
  const evaluate: Evaluate = (scope) => {
    const value = target.evaluate(scope);
    return isTarget(value) ? method.call(value, ...args.map((argument) => argument(scope))) : failEvaluation();
  };
  return { type: returns, evaluate };
}

function compileKeyList(node: SyntaxNode, compile: Compile): Evaluate {
  if (node.type !== "ArrayExpression" || node.elements.length === 0) {
    throw errorAt(node, "hasChildren() takes a list of at least one key.");
  }
  const keys = node.elements.map((element) => {
    if (element === null) throw errorAt(node, "A list of keys has no gaps.");
    return compileTyped(element, compile, { types: ["string"], role: "A key" }).evaluate;
  });
  return (scope) => keys.map((key) => key(scope));
}
