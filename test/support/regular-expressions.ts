import { readFileSync, readdirSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { type Node, parse } from "acorn";

/** The regular expressions in the TypeScript files of a folder, by their text. */
export interface Found {
  /** Each literal, with the first file that has it. */
  literals: Map<string, { source: string; flags: string; file: string }>;
  /** The files that build an expression with `new RegExp`. */
  dynamic: string[];
}

export function findRegularExpressions(folder: string): Found {
  const found: Found = { literals: new Map(), dynamic: [] };
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  for (const file of files.toSorted())
    collect(stripTypeScriptTypes(readFileSync(join(folder, file), "utf8")), file, found);
  return found;
}

function collect(code: string, file: string, found: Found): void {
  visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }), (node) => {
    if ("regex" in node) {
      const { pattern, flags } = node.regex as { pattern: string; flags: string };
      found.literals.set(`/${pattern}/${flags}`, { source: pattern, flags, file });
    }
    const callee = "callee" in node ? (node.callee as { name?: string }).name : undefined;
    if (callee === "RegExp" && !found.dynamic.includes(file)) found.dynamic.push(file);
  });
}

function visit(node: Node, use: (node: Node) => void): void {
  use(node);
  for (const value of Object.values(node).flat()) {
    if (typeof value === "object" && value !== null && "type" in value) visit(value as Node, use);
  }
}
