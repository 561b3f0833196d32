import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../../functions/src/config.ts";
import { readConfig } from "../../../functions/src/config.ts";
import { root } from "../../../scripts/platform/paths.ts";

const SOURCE = readFileSync(join(root, "functions/src/config.ts"), "utf8");
const PAGE = readFileSync(join(root, "docs/configuration.md"), "utf8");

const key = `k1:${Buffer.alloc(32, 1).toString("base64url")}`;
/** A value for each required variable. */
const REQUIRED: Record<string, string> = {
  MYSQL_URL: "mysql://root@127.0.0.1:3306/live_comments",
  ACCESS_TOKEN_KEYS: key,
  REFRESH_TOKEN_KEYS: key,
  GCLOUD_PROJECT: "demo-test",
};

/** The variables that `readConfig` looks up, and those that the module reads when it is imported. */
function variablesRead(): string[] {
  const names = new Set<string>();
  const env = new Proxy(REQUIRED, {
    get(target, name) {
      names.add(String(name));
      return target[String(name)];
    },
  });
  readConfig(env);
  for (const [, name = ""] of SOURCE.matchAll(/process\.env\["(\w+)"\]/g)) names.add(name);
  return [...names].toSorted();
}

/** The variables in the page's tables, with the cell of their default. */
function documented(page: string): Map<string, string> {
  const rows = page.matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\| ([^|]+?) +\|/gm);
  return new Map(Array.from(rows, ([, name = "", defaultValue = ""]) => [name, defaultValue]));
}

/** The configuration in a form that can be compared: keys and URLs have no properties of their own. */
function comparable(config: Config): unknown {
  return JSON.parse(JSON.stringify(config));
}

describe("docs/configuration.md", () => {
  test("has every variable that config.ts reads, and no other", () => {
    expect([...documented(PAGE).keys()].toSorted()).toEqual(variablesRead());
  });

  test("says which variables are required", () => {
    const required = [...documented(PAGE)].filter(([, value]) => value === "required").map(([name]) => name);
    expect(required.toSorted()).toEqual(Object.keys(REQUIRED).toSorted());
    for (const name of required) expect(() => readConfig({ ...REQUIRED, [name]: undefined })).toThrow(name);
  });

  test("gives the defaults that config.ts has: setting one changes nothing, and another value does", () => {
    const defaults = [...documented(PAGE)].flatMap(([name, cell]) => {
      const value = /^`([^`]+)`$/.exec(cell)?.[1];
      return value === undefined || value in REQUIRED ? [] : [{ name, value }];
    });
    expect(defaults.length).toBeGreaterThan(8);
    const untouched = comparable(readConfig(REQUIRED));
    for (const { name, value } of defaults) {
      const other = value === "allow" ? "refuse" : String(Number(value) + 5);
      expect({ name, config: comparable(readConfig({ ...REQUIRED, [name]: value })) }).toEqual({
        name,
        config: untouched,
      });
      expect({ name, config: comparable(readConfig({ ...REQUIRED, [name]: other })) }).not.toEqual({
        name,
        config: untouched,
      });
    }
  });

  test("control: a row that is missing, and one too many, are noticed", () => {
    const without = PAGE.replace(/^\| `REDIS_URL`.*\n/m, "");
    expect(variablesRead()).toContain("REDIS_URL");
    expect(documented(without).has("REDIS_URL")).toBe(false);
    expect(documented(`${PAGE}\n| \`NEW_ONE\` | none | x |\n`).has("NEW_ONE")).toBe(true);
  });
});
