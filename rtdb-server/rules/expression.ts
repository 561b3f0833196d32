import { parse } from "acorn";
import type { Expression, Node, Program } from "acorn";
import { boolean, demand, isFuzzy, mistake } from "./checked.ts";
import { checkCall, checkMember } from "./calls.ts";
import { OPERATORS } from "./operators.ts";
import { UNEVALUABLE } from "./scope.ts";
import { RuleMistake } from "./source.ts";
import type { Check, Checked, Syntax } from "./checked.ts";
import type { Type } from "./members.ts";
import type { Evaluate, Scope } from "./scope.ts";

/** The variables that a rule may name. */
export type Variables = ReadonlyMap<string, Checked>;

function checkBinary(node: Extract<Expression, { type: "BinaryExpression" }>, check: Check): Checked {
  const operator = OPERATORS.get(node.operator);
  if (operator === undefined) throw mistake(node, `Operator '${node.operator}' is not supported.`);
  const left = demand(node.left, check, operator.takes, `Left operand of ${node.operator}`);
  const right = demand(node.right, check, operator.takes, `Right operand of ${node.operator}`);
  let type = operator.gives;
  if (node.operator === "+") {
    if (left.type === "string" || right.type === "string") type = "string";
    else if (left.type === "number" && right.type === "number") type = "number";
  }
  const isComparison = /^[<>]/.test(node.operator);
  if (isComparison && left.type !== right.type && !isFuzzy(left.type) && !isFuzzy(right.type)) {
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

function branchType(node: Node, yes: Type, no: Type): Type {
  if (yes === no) return yes;
  if (!isFuzzy(yes) && !isFuzzy(no) && yes !== "null" && no !== "null") {
    throw mistake(node, `Branches of ?: must have the same type, not ${yes} and ${no}.`);
  }
  return "primitive";
}

function checkSyntax(node: Syntax, variables: Variables, check: Check): Checked {
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
      return checkMember(node, check);
    case "CallExpression":
      return checkCall(node, check);
    case "BinaryExpression":
      return checkBinary(node, check);
    case "LogicalExpression": {
      const left = boolean(node.left, check, `Left operand of ${node.operator}`);
      const right = boolean(node.right, check, `Right operand of ${node.operator}`);
      const run: Evaluate =
        node.operator === "&&" ? (scope) => left(scope) && right(scope) : (scope) => left(scope) || right(scope);
      return { type: "boolean", run };
    }
    case "UnaryExpression": {
      if (node.operator === "!") {
        const run = boolean(node.argument, check, "Operand of !");
        return { type: "boolean", run: (scope) => !run(scope) };
      }
      if (node.operator !== "-") throw mistake(node, `Operator '${node.operator}' is not supported.`);
      const { run } = demand(node.argument, check, ["number"], "Operand of -");
      return { type: "number", run: (scope) => OPERATORS.get("-")?.apply(0, run(scope)) };
    }
    case "ConditionalExpression": {
      const test = boolean(node.test, check, "Condition of ?:");
      const yes = check(node.consequent);
      const no = check(node.alternate);
      return {
        type: branchType(node, yes.type, no.type),
        run: (scope) => (test(scope) ? yes : no).run(scope),
      };
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
  const check: Check = (node) => checkSyntax(node, variables, check);
  const run = boolean(parseExpression(text), check, "A rule");
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
  let program: Program;
  try {
    program = parse(text, { ecmaVersion: 5 });
  } catch (error) {
    if (error instanceof SyntaxError && "pos" in error) throw new RuleMistake(Number(error.pos), "Parse error.");
    throw error;
  }
  const [statement, second] = program.body;
  if (statement?.type !== "ExpressionStatement") throw new RuleMistake(statement?.start ?? 0, "Parse error.");
  if (second !== undefined) throw new RuleMistake(second.start, "Parse error.");
  const semicolon = text.slice(statement.expression.end, statement.end).indexOf(";");
  if (semicolon >= 0) throw new RuleMistake(statement.expression.end + semicolon, "Parse error.");
  return statement.expression;
}
