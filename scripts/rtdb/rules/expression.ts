import { parseExpressionAt } from "acorn";
import type {
  CallExpression,
  Expression,
  MemberExpression,
  Node,
  PrivateIdentifier,
  SpreadElement,
  Super,
} from "acorn";
import { RuleMistake } from "./source.ts";
import { property, QUERY_MEMBERS, SNAPSHOT_METHODS, STRING_METHODS } from "./members.ts";
import { OPERATORS } from "./operators.ts";
import { Snapshot } from "./snapshot.ts";
import { UNEVALUABLE, unevaluable } from "./scope.ts";
import type { Method, Type } from "./members.ts";
import type { Evaluate, Scope } from "./scope.ts";

/** A checked expression: what it gives, and how to get it. */
interface Checked {
  readonly type: Type;
  readonly run: Evaluate;
}
/** The variables that a rule may name. */
export type Variables = ReadonlyMap<string, Checked>;

type Syntax = Expression | Super | SpreadElement | PrivateIdentifier;

const mistake = (node: Node, message: string): RuleMistake => new RuleMistake(node.start, message);

function demand(node: Syntax, variables: Variables, types: readonly Type[], what: string): Checked {
  const checked = check(node, variables);
  if (checked.type !== "any" && !types.includes(checked.type)) {
    throw mistake(node, `${what} must be ${types.join(" or ")}, not ${checked.type}.`);
  }
  return checked;
}

function boolean(node: Syntax, variables: Variables, what: string): (scope: Scope) => boolean {
  const { run } = demand(node, variables, ["boolean"], what);
  return (scope) => {
    const value = run(scope);
    return typeof value === "boolean" ? value : unevaluable();
  };
}

function memberName(node: MemberExpression): string | null {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : null;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : null;
}

function checkMember(node: MemberExpression, variables: Variables): Checked {
  const target = check(node.object, variables);
  const name = memberName(node);
  if (target.type === "query") {
    const type = name === null ? undefined : QUERY_MEMBERS.get(name);
    if (type === undefined) throw mistake(node.property, `No such property '${name}' of query.`);
    return { type, run: (scope) => property(target.run(scope), name) };
  }
  if (target.type === "string" && name === "length")
    return { type: "number", run: (scope) => property(target.run(scope), name) };
  if (target.type !== "any") throw mistake(node.property, `No such property '${name}' of ${target.type}.`);
  if (name !== null) {
    if (SNAPSHOT_METHODS.has(name) || STRING_METHODS.has(name))
      throw mistake(node.property, `Method '${name}' must be called.`);
    return { type: "any", run: (scope) => property(target.run(scope), name) };
  }
  const key = demand(node.property, variables, ["string", "number"], "A property's name");
  return { type: "any", run: (scope) => property(target.run(scope), key.run(scope)) };
}

function checkKeys(node: Syntax, variables: Variables): Checked {
  if (node.type !== "ArrayExpression" || node.elements.length === 0) {
    throw mistake(node, "hasChildren() takes a list of at least one key.");
  }
  const keys = node.elements.map((element) => {
    if (element === null) throw mistake(node, "A list of keys has no gaps.");
    return demand(element, variables, ["string"], "A key").run;
  });
  return { type: "keys", run: (scope) => keys.map((run) => run(scope)) };
}

function checkCall(node: CallExpression, variables: Variables): Checked {
  const { callee } = node;
  if (callee.type !== "MemberExpression") throw mistake(callee, "Only methods can be called.");
  const target = check(callee.object, variables);
  const name = memberName(callee) ?? "";
  if (target.type === "snapshot") {
    const method = methodNamed(SNAPSHOT_METHODS, name, target, callee);
    const args = checkArguments(node, name, method, variables);
    const run: Evaluate = (scope) => {
      const snapshot = target.run(scope);
      return snapshot instanceof Snapshot ? method.call(snapshot, ...args.map((run) => run(scope))) : unevaluable();
    };
    return { type: method.gives, run };
  }
  const method = methodNamed(STRING_METHODS, name, target, callee);
  const args = checkArguments(node, name, method, variables);
  const run: Evaluate = (scope) => {
    const text = target.run(scope);
    return typeof text === "string" ? method.call(text, ...args.map((run) => run(scope))) : unevaluable();
  };
  return { type: method.gives, run };
}

function methodNamed<M>(methods: ReadonlyMap<string, M>, name: string, target: Checked, callee: MemberExpression): M {
  const fits = target.type === "snapshot" || target.type === "string" || target.type === "any";
  const method = fits ? methods.get(name) : undefined;
  if (method === undefined) throw mistake(callee.property, `No such method '${name}' of ${target.type}.`);
  return method;
}

function checkArguments(
  node: CallExpression,
  name: string,
  { takes, optional }: Pick<Method<unknown>, "takes" | "optional">,
  variables: Variables,
): Evaluate[] {
  const count = node.arguments.length;
  if (count !== takes.length && !(optional && count === takes.length - 1)) {
    throw mistake(node, `Method '${name}' takes ${takes.length} arguments, not ${count}.`);
  }
  return node.arguments.map((argument, i) => {
    const type = takes[i] ?? "any";
    if (type === "keys") return checkKeys(argument, variables).run;
    return demand(argument, variables, [type], `Argument ${i + 1} of '${name}'`).run;
  });
}

function checkBinary(node: Extract<Expression, { type: "BinaryExpression" }>, variables: Variables): Checked {
  const operator = OPERATORS.get(node.operator);
  if (operator === undefined) throw mistake(node, `Operator '${node.operator}' is not supported.`);
  const left = demand(node.left, variables, operator.takes, `Left operand of ${node.operator}`);
  const right = demand(node.right, variables, operator.takes, `Right operand of ${node.operator}`);
  let type = operator.gives;
  if (node.operator === "+") {
    const types = [left.type, right.type];
    if (types.includes("string")) type = "string";
    else if (types.includes("boolean")) throw mistake(node, "Operands of + must be numbers, or text and a primitive.");
    else if (types.every((type) => type === "number")) type = "number";
  }
  if (
    operator.gives === "boolean" &&
    operator.takes.length === 2 &&
    left.type !== right.type &&
    left.type !== "any" &&
    right.type !== "any"
  ) {
    throw mistake(node, `Operands of ${node.operator} must have the same type, not ${left.type} and ${right.type}.`);
  }
  return { type, run: (scope) => operator.apply(left.run(scope), right.run(scope)) };
}

function checkLiteral(node: Extract<Expression, { type: "Literal" }>): Checked {
  if (node.regex !== undefined && node.regex !== null) {
    if (!/^i?$/.test(node.regex.flags)) throw mistake(node, "A regular expression's only flag is i.");
    const pattern = new RegExp(node.regex.pattern, node.regex.flags);
    return { type: "regexp", run: () => pattern };
  }
  const { value } = node;
  if (value === null) return { type: "null", run: () => null };
  const type = typeof value;
  if (type !== "string" && type !== "number" && type !== "boolean") throw mistake(node, "Unsupported literal.");
  return { type, run: () => value };
}

function check(node: Syntax, variables: Variables): Checked {
  // oxlint-disable-next-line switch-exhaustiveness-check -- all other syntax is refused
  switch (node.type) {
    case "Literal":
      return checkLiteral(node);
    case "Identifier": {
      const variable = variables.get(node.name);
      if (variable === undefined) throw mistake(node, `Unknown variable '${node.name}'.`);
      return variable;
    }
    case "MemberExpression":
      return checkMember(node, variables);
    case "CallExpression":
      return checkCall(node, variables);
    case "BinaryExpression":
      return checkBinary(node, variables);
    case "LogicalExpression": {
      const left = boolean(node.left, variables, `Left operand of ${node.operator}`);
      const right = boolean(node.right, variables, `Right operand of ${node.operator}`);
      const run: Evaluate =
        node.operator === "&&" ? (scope) => left(scope) && right(scope) : (scope) => left(scope) || right(scope);
      return { type: "boolean", run };
    }
    case "UnaryExpression": {
      if (node.operator === "!") {
        const run = boolean(node.argument, variables, "Operand of !");
        return { type: "boolean", run: (scope) => !run(scope) };
      }
      if (node.operator !== "-") throw mistake(node, `Operator '${node.operator}' is not supported.`);
      const { run } = demand(node.argument, variables, ["number"], "Operand of -");
      return { type: "number", run: (scope) => OPERATORS.get("-")?.apply(0, run(scope)) };
    }
    case "ConditionalExpression": {
      const test = boolean(node.test, variables, "Condition of ?:");
      const yes = check(node.consequent, variables);
      const no = check(node.alternate, variables);
      return { type: yes.type === no.type ? yes.type : "any", run: (scope) => (test(scope) ? yes : no).run(scope) };
    }
    default:
      throw mistake(node, `Syntax of ${node.type} is not supported in rules.`);
  }
}

/**
 * A rule's text as a function that gives whether it is true; one that cannot be evaluated is false.
 * @throws RuleMistake with an offset into the rule's text
 */
export function compileRule(text: string, variables: Variables): (scope: Scope) => boolean {
  const run = boolean(parseExpression(text), variables, "A rule");
  return (scope) => {
    try {
      return run(scope);
    } catch (error) {
      if (error === UNEVALUABLE) return false;
      throw error;
    }
  };
}

function parseExpression(text: string): Expression {
  let syntax: Expression;
  try {
    syntax = parseExpressionAt(text, 0, { ecmaVersion: 5 });
  } catch (error) {
    if (error instanceof SyntaxError && "pos" in error) throw new RuleMistake(Number(error.pos), "Parse error.");
    throw error;
  }
  const rest = /\S/.exec(text.slice(syntax.end));
  if (rest !== null) throw new RuleMistake(syntax.end + rest.index, "Parse error.");
  return syntax;
}
