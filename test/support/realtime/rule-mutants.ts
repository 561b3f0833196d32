import { parse, type Expression } from "acorn";

/** A rule without one of its conditions. */
export interface RuleMutant {
  readonly condition: string;
  readonly rule: string;
}

/**
 * Every way to remove one condition from a rule. An operand of `&&` becomes true and one of `||` false. Each branch of `?:` becomes
 * true, and its test becomes always true and always false.
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
      if (inner !== neutral) replace(node, neutral); // the group as a whole
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
