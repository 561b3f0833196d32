import { Branch } from "../tree/node.ts";
import { failEvaluation } from "./scope.ts";
import { type Compile, type Type, type TypedExpression, compileTyped, errorAt } from "./typed-expression.ts";
import type { MemberExpression } from "acorn";

const QUERY_PROPERTIES: ReadonlyMap<string, Type> = new Map([
  ["orderByKey", "boolean"],
  ["orderByPriority", "boolean"],
  ["orderByValue", "boolean"],
  ["orderByChild", "primitive"],
  ["startAt", "primitive"],
  ["endAt", "primitive"],
  ["equalTo", "primitive"],
  ["limitToFirst", "primitive"],
  ["limitToLast", "primitive"],
]);

/** The name in `a.name` and `a["name"]`, or null if it is computed. */
export function memberName(node: MemberExpression): string | null {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : null;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : null;
}

/** Compiles `a.b` and `a["b"]`, except where they are called. */
export function compileProperty(node: MemberExpression, compile: Compile): TypedExpression {
  const target = compile(node.object);
  const name = memberName(node);
  const type = propertyType(target.type, name);
  if (type === null) throw errorAt(node.property, `No such property '${name}' of ${target.type}.`);
  if (name !== null) return { type, evaluate: (scope) => readProperty(target.evaluate(scope), name) };
  const key = compileTyped(node.property, compile, { types: ["string", "number"], role: "The name of a property" });
  return { type, evaluate: (scope) => readProperty(target.evaluate(scope), key.evaluate(scope)) };
}

/** The type of a target's property, or null if there is no such property. */
function propertyType(target: Type, name: string | null): Type | null {
  if (target === "any") return "any";
  if (target === "query") return QUERY_PROPERTIES.get(name ?? "") ?? null;
  const hasLength = target === "string" || target === "primitive";
  return hasLength && name === "length" ? "number" : null;
}

/**
 * A property of a token's claims, or the length of a string. What is absent is null, and so is each property of null: `auth.uid` of a
 * signed-out user. Stored objects have no properties, only children.
 */
function readProperty(target: unknown, name: unknown): unknown {
  if (typeof name !== "string" && typeof name !== "number") return failEvaluation();
  if (target === null) return null;
  if (name === "length" && typeof target === "string") return target.length;
  if (typeof target !== "object" || target instanceof Branch) return failEvaluation();
  const value: unknown = Object.hasOwn(target, name) ? Reflect.get(target, name) : null;
  return value ?? null;
}
