import { describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { type CallExpression, type Expression, type MemberExpression, type Node, parse } from "acorn";
import { statement } from "../../../functions/src/database/statement.ts";

const sources = join(import.meta.dirname, "../../../functions/src");

describe("a statement that is built and not executed", () => {
  test("throws if it is awaited", async () => {
    await expect(async () => await statement("SELECT 1")).rejects.toThrow("awaited instead of executed");
  });

  test("is reported by the linter if nobody uses it, by itself and in a list", () => {
    const folder = join(sources, "database", "lint-probe");
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(
        join(folder, "probe.ts"),
        `import { execute, statement } from "../statement.ts";
        import type { Db } from "../schema.ts";
        export async function probe(db: Db): Promise<void> {
          statement("forgotten");
          [statement("forgotten"), statement("too")];
          await execute(db, statement("executed"));
        }`,
      );
      const oxlint = join(sources, "../../node_modules/.bin/oxlint");
      const { stdout } = spawnSync(process.execPath, [oxlint, "--format", "unix", folder], { encoding: "utf8" });
      const lines = stdout.split("\n").filter((line) => line.includes("no-floating-promises"));
      expect(lines.map((line) => Number(/probe\.ts:(\d+)/.exec(line)?.[1]))).toEqual([4, 5]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a Kysely query that is built and not executed", () => {
  test("is in no source file", () => {
    const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const found = files.flatMap((file) => {
      return forgottenQueries(readFileSync(join(sources, file), "utf8")).map((name) => `${file}: ${name}`);
    });
    expect(files.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  test("is noticed in a snippet", () => {
    const snippet = `async function f(db: Db) {
      db.updateTable("users").set({ role: "user" });
      await transaction.insertInto("users").values(user);
      await db.updateTable("users").set({ role: "user" }).execute();
      let query = db.selectFrom("users").selectAll();
      sql\`DELETE FROM users\`;
      await sql\`DELETE FROM users\`.execute(db);
    }`;
    expect(forgottenQueries(snippet)).toEqual(["updateTable", "insertInto", "sql"]);
  });
});

/** How every query that stands by itself, without an \`execute\`, begins. */
function forgottenQueries(source: string): string[] {
  const found: string[] = [];
  const program = parse(stripTypeScriptTypes(source), { ecmaVersion: "latest", sourceType: "module" });
  visit(program, (node) => {
    if (node.type !== "ExpressionStatement") return;
    const { expression } = node as Node & { expression: Expression };
    const value = expression.type === "AwaitExpression" ? expression.argument : expression;
    if (value.type === "TaggedTemplateExpression" && value.tag.type === "Identifier") found.push(value.tag.name);
    const names = chainOf(value);
    const begin = names.find((name) => /^(selectFrom|insertInto|updateTable|deleteFrom)$/.test(name));
    if (begin !== undefined && !names.some((name) => name.startsWith("execute"))) found.push(begin);
  });
  return found;
}

/** The names of the methods in a chain of calls, the first one first. */
function chainOf(node: Node): string[] {
  if (node.type === "CallExpression") return chainOf((node as CallExpression).callee);
  if (node.type !== "MemberExpression") return [];
  const { object, property } = node as MemberExpression;
  return [...chainOf(object), property.type === "Identifier" ? property.name : ""];
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) for (const child of node) visit(child, see);
  else if (typeof node === "object" && node !== null) {
    if ("type" in node) see(node as Node);
    for (const child of Object.values(node)) visit(child, see);
  }
}
