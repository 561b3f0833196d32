import { beforeAll, expect, test } from "@jest/globals";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { compile } from "json-schema-to-typescript";
import { local, root } from "../../../scripts/platform/paths.ts";

const contract = join(root, "functions/src/contract");

type Schemas = Record<string, { properties: Record<string, object>; required: string[] }>;
let schemas: Schemas;

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "scripts/develop/openapi.ts")]);
  schemas = (JSON.parse(stdout) as { components: { schemas: Schemas } }).components.schemas;
});

/** The file of the contract that declares a type of this name. */
function declaringFile(name: string): string {
  const declaration = new RegExp(`^export (?:interface|type) ${name}\\b`, "m");
  const file = readdirSync(contract).find((file) => declaration.test(readFileSync(join(contract, file), "utf8")));
  if (file === undefined) throw new Error(`the contract declares no ${name}`);
  return join(contract, file);
}

const SAME = `
type Flat<T> = T extends (infer Item)[] ? Flat<Item>[] : T extends object ? { [K in keyof T]: Flat<T[K]> } : T;
export type Same<A, B> =
  (<T>() => T extends Flat<A> ? 1 : 2) extends (<T>() => T extends Flat<B> ? 1 : 2) ? true : false;
`;

/** The names of the schemas whose TypeScript type is not the contract's type of the same name. */
async function differences(schemas: Schemas): Promise<string[]> {
  const names = Object.keys(schemas);
  const properties = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]));
  const types = await compile({ components: { schemas }, type: "object", properties }, "Schemas", {
    additionalProperties: false,
    bannerComment: "",
    format: false,
  });
  const checks = names.map(
    (name) => `export const ${name}: Same<document.${name}, import("${declaringFile(name)}").${name}> = true;`,
  );
  mkdirSync(local, { recursive: true });
  const folder = mkdtempSync(join(local, "contract-"));
  try {
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["."] }),
    );
    writeFileSync(join(folder, "document.ts"), types);
    writeFileSync(join(folder, "same.ts"), SAME);
    const imports = ['import type * as document from "./document.ts";', 'import type { Same } from "./same.ts";'];
    writeFileSync(join(folder, "checks.ts"), [...imports, ...checks].join("\n"));
    const { stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
    const lines = stdout.split("\n").filter((line) => line.includes("error TS"));
    return lines.map((line) => {
      const number = Number(/checks\.ts\((\d+),/.exec(line)?.[1]) - imports.length;
      return names[number - 1] ?? line;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("every schema of the OpenAPI document is the contract's type of the same name", async () => {
  expect(Object.keys(schemas).length).toBeGreaterThan(30);
  expect(await differences(schemas)).toEqual([]);
});

test("control: a field more, a field less, another type, and a field that became optional are noticed", async () => {
  const changed = structuredClone(schemas);
  changed["Comment"]!.properties["likes"] = { type: "integer" };
  delete changed["DeletedComment"]!.properties["seq"];
  changed["Video"]!.properties["seq"] = { type: "string" };
  changed["Device"]!.required = changed["Device"]!.required.filter((name) => name !== "name");
  const changedNames = ["Comment", "DeletedComment", "Video", "Device"];
  const found = await differences(changed);
  expect(found).toEqual(expect.arrayContaining(changedNames));
  // What contains a changed schema differs too, and nothing else does.
  expect(found).not.toContain("User");
  expect(found).not.toContain("Ban");
});
