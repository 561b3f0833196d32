import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, readConfig } from "../../../functions/src/config.ts";
import { type Deployment, readDeployment } from "../../../functions/src/deployment.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { readPage } from "./pages.ts";

const PAGE = readPage("docs/configuration.md");

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
  const source = readFileSync(join(root, "functions/src/config.ts"), "utf8");
  for (const [, name = ""] of source.matchAll(/process\.env\["(\w+)"\]/g)) names.add(name);
  return [...names].toSorted();
}

/** The variables in a page's tables, with the cell of their default. */
function documented(page: string): Map<string, string> {
  const rows = page.matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\| ([^|]+?) +\|/gm);
  return new Map(Array.from(rows, ([, name = "", defaultValue = ""]) => [name, defaultValue]));
}

function namesIn(page: string): string[] {
  return [...documented(page).keys()].toSorted();
}

/** The variables whose default in a page is not the one in config.ts: setting it must change nothing, another value must. */
function wrongDefaults(page: string): string[] {
  const read = (env: Record<string, string>) => comparable([readConfig(env), readDeployment(env)]);
  const withoutIt = read(REQUIRED);
  const withValue = (name: string, value: string) => read({ ...REQUIRED, [name]: value });
  return literalDefaults(page)
    .filter(({ name, value }) => {
      const other = OTHER_WORDS[value] ?? String(Number(value) + 5);
      return withValue(name, value) !== withoutIt || withValue(name, other) === withoutIt;
    })
    .map(({ name }) => name);
}

/** Another allowed value for a default that is a word. */
const OTHER_WORDS: Record<string, string> = {
  allow: "refuse",
  off: "require",
  any: "registered",
  "europe-west1": "us-east4",
  "512MiB": "1GiB",
};

/** The defaults that are values, and not words such as "none". */
function literalDefaults(page: string): { name: string; value: string }[] {
  return [...documented(page)].flatMap(([name, cell]) => {
    const value = /^`([^`]+)`$/.exec(cell)?.[1];
    return value === undefined || value in REQUIRED ? [] : [{ name, value }];
  });
}

function comparable(settings: [Config, Deployment]): string {
  return JSON.stringify(settings);
}

describe("docs/configuration.md", () => {
  test("has every variable that config.ts reads, and no other", () => {
    expect(namesIn(PAGE)).toEqual(variablesRead());
  });

  test("says which variables are required", () => {
    const required = [...documented(PAGE)].filter(([, cell]) => cell === "required").map(([name]) => name);
    expect(required.toSorted()).toEqual(Object.keys(REQUIRED).toSorted());
    for (const name of required) expect(() => readConfig({ ...REQUIRED, [name]: undefined })).toThrow(name);
  });

  test("has the defaults of config.ts", () => {
    expect(literalDefaults(PAGE).length).toBeGreaterThan(8);
    expect(wrongDefaults(PAGE)).toEqual([]);
  });
});

test("control: a missing row, an extra row and a wrong default are noticed", () => {
  const without = PAGE.replace(/^\| `REDIS_URL`.*\n/m, "");
  expect(namesIn(without)).not.toEqual(variablesRead());
  expect(namesIn(`${PAGE}\n| \`NEW_ONE\` | none | x |\n`)).not.toEqual(variablesRead());
  expect(wrongDefaults(PAGE.replace(/(`RTDB_WINDOW` +\| )`500`/, "$1`600`"))).toEqual(["RTDB_WINDOW"]);
});
