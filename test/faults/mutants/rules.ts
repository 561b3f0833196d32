import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

/** The rules of the Realtime Database, by path. */
export interface Rules {
  [key: string]: Rules | string;
}

/** The project's rules, without the comments and line breaks that JSON does not allow. */
export function readRules(): Rules {
  const text = readFileSync(join(root, "database.rules.json"), "utf8");
  const json = text.replaceAll(/^\s*\/\/.*$/gm, "").replaceAll(/\s*\n\s*/g, " ");
  return (JSON.parse(json) as { rules: Rules }).rules;
}

/** The rules below a path. @throws Error when there are none */
export function rulesAt(rules: Rules, path: string[]): Rules {
  let found: Rules | string | undefined = rules;
  for (const key of path) found = typeof found === "object" ? found[key] : undefined;
  if (typeof found !== "object") throw new Error(`database.rules.json has no rules for ${path.join("/")}`);
  return found;
}
