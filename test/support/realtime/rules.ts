import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

/** The security rules that are deployed, as text. */
export const RULES = readFileSync(join(root, "database.rules.json"), "utf8");

/**
 * The rules with the first match of a pattern replaced, for a control.
 * @throws Error when nothing matches
 */
export function weakenRules(pattern: RegExp, replacement = ""): string {
  const weakened = RULES.replace(pattern, replacement);
  if (weakened === RULES) throw new Error(`the rules do not match ${pattern}`);
  return weakened;
}
