import { type Expression, type Node, type Program, parse } from "acorn";
import { compileCall } from "./calls.ts";
import { OPERATORS } from "./operators.ts";
import { RulesError } from "./parse-rules-json.ts";
import { compileProperty } from "./properties.ts";
import { compileRegularExpression } from "./regular-expression.ts";
import { type Evaluate, type Scope, EVALUATION_FAILED, failEvaluation } from "./scope.ts";
import {
  type Compile,
  type SyntaxNode,
  type Type,
  type TypedExpression,
  compileCondition,
  compileTyped,
  errorAt,
  isDynamic,
} from "./typed-expression.ts";
import type { Variables } from "./variables.ts";

export type Rule = (scope: Scope) => boolean;
type NodeOf<T extends Expression["type"]> = Extract<Expression, { type: T }>;

/**
 * Compiles the text of a rule. The rule is false if it cannot be evaluated.
 * @throws RulesError with an offset into the text
 */
export function compileRule(text: string, variables: Variables): Rule {
  const compile: Compile = (node) => compileExpression(node, variables, compile);
  const isTrue = compileCondition(parseExpression(text), compile, "A rule");
  return (scope) => {
    try {
      return isTrue(scope);
    } catch (error) {
      if (error === EVALUATION_FAILED) return false;
      throw error;
    }
  };
}

/** Parses the rule as JavaScript, of which rules are a subset. It must be one expression and nothing else. */
function parseExpression(text: string): Expression {
  let program: Program;
  try {
    program = parse(text, { ecmaVersion: 5 });
  } catch (error) {
    if (error instanceof SyntaxError && "pos" in error) throw new RulesError(Number(error.pos), "Parse error.");
    throw error;
  }
  const [statement, second] = program.body;
  if (statement?.type !== "ExpressionStatement") throw new RulesError(statement?.start ?? 0, "Parse error.");
  if (second !== undefined) throw errorAt(second, "Parse error.");
  const { end } = statement.expression;
  const semicolon = text.slice(end, statement.end).indexOf(";");
  if (semicolon >= 0) throw new RulesError(end + semicolon, "Parse error.");
  return statement.expression;
}

function compileExpression(node: SyntaxNode, variables: Variables, compile: Compile): TypedExpression {
  // oxlint-disable-next-line switch-exhaustiveness-check -- rules have no other syntax
  switch (node.type) {
    case "Literal":
      return compileLiteral(node);
    case "Identifier": {
      const variable = variables.get(node.name);
      if (variable === undefined) throw errorAt(node, `Unknown variable '${node.name}'.`);
      return variable;
    }
    case "MemberExpression":
      return compileProperty(node, compile);
    case "CallExpression":
      return compileCall(node, compile);
    case "BinaryExpression":
      return compileBinary(node, compile);
    case "LogicalExpression":
      return compileLogical(node, compile);
    case "UnaryExpression":
      return compileUnary(node, compile);
    case "ConditionalExpression":
      return compileConditional(node, compile);
    default:
      throw errorAt(node, `Syntax of ${node.type} is not supported in rules.`);
  }
}

function compileLiteral(node: NodeOf<"Literal">): TypedExpression {
  if (node.regex !== undefined && node.regex !== null) {
    const pattern = compileRegularExpression(node.regex, node.start);
    return { type: "regexp", evaluate: () => pattern };
  }
  const { value } = node;
  if (value === null) return { type: "null", evaluate: () => null };
  const type = typeof value;
  if (type !== "string" && type !== "number" && type !== "boolean") throw errorAt(node, "Unsupported literal.");
  return { type, evaluate: () => value };
}

function compileBinary(node: NodeOf<"BinaryExpression">, compile: Compile): TypedExpression {
  const { operator } = node;
  const definition = OPERATORS.get(operator);
  if (definition === undefined) throw errorAt(node, `Operator '${operator}' is not supported.`);
  const { operands: types, returns, apply } = definition;
  const left = compileTyped(node.left, compile, { types, role: `Left operand of ${operator}` });
  const right = compileTyped(node.right, compile, { types, role: `Right operand of ${operator}` });
  const isComparison = /^[<>]/.test(operator);
  if (isComparison && left.type !== right.type && !isDynamic(left.type) && !isDynamic(right.type)) {
    throw errorAt(node, `Operands of ${operator} must have the same type, not ${left.type} and ${right.type}.`);
  }
  return {
    type: operator === "+" ? sumType(left.type, right.type) : returns,
    evaluate: (scope) => apply(left.evaluate(scope), right.evaluate(scope)),
  };
}

function sumType(left: Type, right: Type): Type {
  if (left === "string" || right === "string") return "string";
  return left === "number" && right === "number" ? "number" : "primitive";
}

function compileLogical(node: NodeOf<"LogicalExpression">, compile: Compile): TypedExpression {
  const left = compileCondition(node.left, compile, `Left operand of ${node.operator}`);
  const right = compileCondition(node.right, compile, `Right operand of ${node.operator}`);
  const evaluate: Evaluate =
    node.operator === "&&" ? (scope) => left(scope) && right(scope) : (scope) => left(scope) || right(scope);
  return { type: "boolean", evaluate };
}

function compileUnary(node: NodeOf<"UnaryExpression">, compile: Compile): TypedExpression {
  if (node.operator === "!") {
    const isTrue = compileCondition(node.argument, compile, "Operand of !");
    return { type: "boolean", evaluate: (scope) => !isTrue(scope) };
  }
  if (node.operator !== "-") throw errorAt(node, `Operator '${node.operator}' is not supported.`);
  const { evaluate } = compileTyped(node.argument, compile, { types: ["number"], role: "Operand of -" });
  return {
    type: "number",
    evaluate: (scope) => {
      const value = evaluate(scope);
      return typeof value === "number" ? -value : failEvaluation();
    },
  };
}

function compileConditional(node: NodeOf<"ConditionalExpression">, compile: Compile): TypedExpression {
  const isTrue = compileCondition(node.test, compile, "Condition of ?:");
  const consequent = compile(node.consequent);
  const alternate = compile(node.alternate);
  return {
    type: conditionalType(node, consequent.type, alternate.type),
    evaluate: (scope) => (isTrue(scope) ? consequent : alternate).evaluate(scope),
  };
}

function conditionalType(node: Node, consequent: Type, alternate: Type): Type {
  if (consequent === alternate) return consequent;
  const types = [consequent, alternate];
  if (!types.some((type) => isDynamic(type) || type === "null")) {
    throw errorAt(node, `Branches of ?: must have the same type, not ${consequent} and ${alternate}.`);
  }
  return "primitive";
}
