import type { CallExpression, MemberExpression } from "acorn";
import { demand, isFuzzy, mistake } from "./checked.ts";
import { property, QUERY_MEMBERS, SNAPSHOT_METHODS, STRING_METHODS } from "./members.ts";
import { unevaluable } from "./scope.ts";
import { Snapshot } from "./snapshot.ts";
import type { Check, Checked, Syntax } from "./checked.ts";
import type { Method } from "./members.ts";
import type { Evaluate } from "./scope.ts";

function memberName(node: MemberExpression): string | null {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : null;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : null;
}

/** `a.b` and `a["b"]` where it is not called. */
export function checkMember(node: MemberExpression, check: Check): Checked {
  const target = check(node.object);
  const name = memberName(node);
  if (target.type === "query") {
    const type = name === null ? undefined : QUERY_MEMBERS.get(name);
    if (type === undefined) throw mistake(node.property, `No such property '${name}' of query.`);
    return { type, run: (scope) => property(target.run(scope), name) };
  }
  if ((target.type === "string" || target.type === "primitive") && name === "length") {
    return { type: "number", run: (scope) => property(target.run(scope), name) };
  }
  if (target.type !== "any") throw mistake(node.property, `No such property '${name}' of ${target.type}.`);
  if (name !== null) return { type: "any", run: (scope) => property(target.run(scope), name) };
  const key = demand(node.property, check, ["string", "number"], "A property's name");
  return { type: "any", run: (scope) => property(target.run(scope), key.run(scope)) };
}

function checkKeys(node: Syntax, check: Check): Checked {
  if (node.type !== "ArrayExpression" || node.elements.length === 0) {
    throw mistake(node, "hasChildren() takes a list of at least one key.");
  }
  const keys = node.elements.map((element) => {
    if (element === null) throw mistake(node, "A list of keys has no gaps.");
    return demand(element, check, ["string"], "A key").run;
  });
  return { type: "keys", run: (scope) => keys.map((run) => run(scope)) };
}

/** `a.b(…)`: the methods of snapshots and of text. */
export function checkCall(node: CallExpression, check: Check): Checked {
  const { callee } = node;
  if (callee.type !== "MemberExpression") throw mistake(callee, "Only methods can be called.");
  const target = check(callee.object);
  const name = memberName(callee) ?? "";
  if (target.type === "snapshot") {
    const method = methodNamed(SNAPSHOT_METHODS, name, target, callee);
    const args = checkArguments(node, name, method, check);
    const run: Evaluate = (scope) => {
      const snapshot = target.run(scope);
      return snapshot instanceof Snapshot ? method.call(snapshot, ...args.map((run) => run(scope))) : unevaluable();
    };
    return { type: method.gives, run };
  }
  const method = methodNamed(STRING_METHODS, name, target, callee);
  const args = checkArguments(node, name, method, check);
  const run: Evaluate = (scope) => {
    const text = target.run(scope);
    return typeof text === "string" ? method.call(text, ...args.map((run) => run(scope))) : unevaluable();
  };
  return { type: method.gives, run };
}

function methodNamed<M>(methods: ReadonlyMap<string, M>, name: string, target: Checked, callee: MemberExpression): M {
  const fits = target.type === "snapshot" || target.type === "string" || isFuzzy(target.type);
  const method = fits ? methods.get(name) : undefined;
  if (method === undefined) throw mistake(callee.property, `No such method '${name}' of ${target.type}.`);
  return method;
}

function checkArguments(
  node: CallExpression,
  name: string,
  { takes, optional }: Pick<Method<unknown>, "takes" | "optional">,
  check: Check,
): Evaluate[] {
  const count = node.arguments.length;
  if (count !== takes.length && !(optional && count === takes.length - 1)) {
    throw mistake(node, `Method '${name}' takes ${takes.length} arguments, not ${count}.`);
  }
  return node.arguments.map((argument, i) => {
    const type = takes[i] ?? "any";
    if (type === "keys") return checkKeys(argument, check).run;
    return demand(argument, check, [type], `Argument ${i + 1} of '${name}'`).run;
  });
}
