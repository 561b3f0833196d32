import { parse } from "acorn";
import type { Expression } from "acorn";

/** A rule with one of its conditions taken out. */
export interface RuleMutant {
  readonly condition: string;
  readonly rule: string;
}

/**
 * Every way to take one condition out of a rule: an operand of `&&` becomes true, one of `||` false, each side of `?:`
 * true, and what it asks always true and always false.
 */
export function mutantsOf(rule: string): RuleMutant[] {
  const [statement] = parse(rule, { ecmaVersion: 5 }).body;
  if (statement?.type !== "ExpressionStatement") throw new Error("not a rule");
  const mutants: RuleMutant[] = [];
  const replace = (node: Expression, by: string, note = ""): void => {
    const condition = rule.slice(node.start, node.end).replaceAll(/\s+/g, " ") + note;
    mutants.push({ condition, rule: `${rule.slice(0, node.start)}${by}${rule.slice(node.end)}` });
  };
  function visit(node: Expression, neutral: string): void {
    if (node.type === "LogicalExpression") {
      const inner = node.operator === "&&" ? "true" : "false";
      if (inner !== neutral) replace(node, neutral); // a group as a whole
      visit(node.left, inner);
      visit(node.right, inner);
    } else if (node.type === "ConditionalExpression") {
      replace(node, neutral);
      for (const always of ["true", "false"]) replace(node.test, always, ` (always ${always})`);
      visit(node.consequent, "true");
      visit(node.alternate, "true");
    } else replace(node, neutral);
  }
  visit(statement.expression, "true");
  return mutants;
}
