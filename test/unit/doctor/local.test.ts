import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { LOCAL_CHECKS, examine } from "../../../scripts/doctor/examine.ts";
import type { Outcome } from "../../../scripts/doctor/outcome.ts";
import { linesOf, totalsOf } from "../../../scripts/doctor/report.ts";
import { type Finding, runChecks } from "../../../scripts/doctor/run.ts";
import { readSettings } from "../../../scripts/doctor/settings.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { CLOSED_PRESENCE } from "../../support/realtime/closed-presence.ts";
import { hasGit } from "../../support/git.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { ensureBuilt } from "../../support/ensure-built.ts";

const COPIED = [
  ".nvmrc",
  "package.json",
  "package-lock.json",
  "firebase.json",
  "database.rules.json",
  "functions/src/index.ts",
  "web/src/index.ts",
  "web/demo/index.html",
  "web/element/index.ts",
];
const BUILT = [".local/built", "functions/lib/index.js", "web/dist/index.html", "web/dist/console.html"];

const folder = useTemporaryFolder();
const at = (file: string) => join(folder.path, file);

beforeAll(() => ensureBuilt(), 60_000);

/** A copy of the clone that is ready to be deployed. As an archive, it is no clone for git. */
beforeEach(() => {
  const past = new Date(Date.now() - 3_600_000);
  for (const file of [...COPIED, ...BUILT]) {
    mkdirSync(dirname(at(file)), { recursive: true });
    cpSync(join(root, file), at(file));
    if (COPIED.includes(file)) utimesSync(at(file), past, past);
  }
  symlinkSync(join(root, "node_modules"), at("node_modules"));
});

interface Given {
  env?: Record<string, string>;
  nodeVersion?: string;
  /** Only this check; default: all. */
  check?: string;
}

async function faults({ env = {}, nodeVersion = process.version, check }: Given = {}): Promise<Finding[]> {
  const settings = readSettings(folder.path, "my-comments");
  const surroundings = { root: folder.path, nodeVersion, env, ...settings, project: undefined };
  const findings =
    check === undefined
      ? await examine(surroundings)
      : await runChecks(
          LOCAL_CHECKS.filter(({ id }) => id === check),
          surroundings,
        );
  return findings.filter(({ status }) => status !== "ok");
}

function change(file: string, pattern: RegExp | string, replacement: string): void {
  const text = readFileSync(at(file), "utf8");
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`${file} does not match ${String(pattern)}`);
  writeFileSync(at(file), changed);
}

test("a clone that is ready is all ok", async () => {
  writeFileSync(at(".env"), "FUNCTIONS_REGION=europe-west4\nRTDB_URL=https://x.europe-west1.firebasedatabase.app\n");
  expect(await faults({ env: KEYS })).toEqual([]);
});

const key = (n: number, kid = "k1") => `${kid}:${Buffer.alloc(32, n).toString("base64url")}`;
const KEYS = { ACCESS_TOKEN_KEYS: key(1), REFRESH_TOKEN_KEYS: key(2) };

const env = (text: string) => () => writeFileSync(at(".env"), `${text}\n`);

/** A fault of the clone, what makes it, the check that finds it, how bad it is, and what it says. */
const FAULTS: [string, () => void, string, Outcome["status"], RegExp][] = [
  ["another runtime", () => change("firebase.json", "nodejs24", "nodejs20"), "runtime", "error", /nodejs20/],
  [
    "an old lockfile",
    () => change("package-lock.json", /"firebase-admin": "[\d.]+"/, '"firebase-admin": "1.0.0"'),
    "lockfile",
    "error",
    /firebase-admin/,
  ],
  [
    "a package of another version",
    () => change("package-lock.json", /("node_modules\/argon2": \{\s+"version": ")[\d.]+/, "$10.0.1"),
    "packages",
    "error",
    /argon2/,
  ],
  ["no build", () => rmSync(at("web/dist/console.html")), "build", "error", /not built: web\/dist\/console\.html/],
  [
    "an old build",
    () => touch("functions/src/index.ts"),
    "build",
    "error",
    /functions\/src\/index\.ts has changed since/,
  ],
  [
    "a build without a change of the element",
    () => touch("web/element/index.ts"),
    "build",
    "error",
    /web\/element\/index\.ts has changed since/,
  ],
  [
    "a build that does not load",
    () => writeFileSync(at("functions/lib/index.js"), "throw new Error('broken')"),
    "functions",
    "error",
    /broken/,
  ],
  [
    "a build without a function",
    () => writeFileSync(at("functions/lib/index.js"), "export {};"),
    "functions",
    "error",
    /no api/,
  ],
  [
    "rules that cannot be parsed",
    () => writeFileSync(at("database.rules.json"), "{"),
    "rules",
    "error",
    /cannot be parsed/,
  ],
  [
    "rules that let anybody write",
    () => change("database.rules.json", "auth.uid === 'relay' &&", "true ||"),
    "rules",
    "error",
    /judges wrongly/,
  ],
  [
    "rules that let the relay do nothing",
    () => writeFileSync(at("database.rules.json"), '{ "rules": {} }'),
    "rules",
    "error",
    /judges wrongly/,
  ],
  ["a reserved name", env("FIREBASE_PRIVATE_KEY=x"), "env-file", "error", /FIREBASE_PRIVATE_KEY/],
  ["a line that is none", env("REGION europe"), "env-file", "error", /\.env/],
  ["a secret among the settings", env(`MYSQL_URL=mysql://a:b@h/x`), "env-secrets", "error", /has MYSQL_URL/],
  [
    "the key of an account among the settings",
    env("SERVICE_ACCOUNT_KEY='{}'"),
    "env-secrets",
    "error",
    /SERVICE_ACCOUNT_KEY/,
  ],
  ["a password of Redis among the settings", env("REDIS_URL=rediss://:pw@h:6379"), "env-secrets", "error", /REDIS_URL/],
  ["a misspelt name", env("RTDB_WINDOWS=500"), "env-names", "warning", /RTDB_WINDOWS/],
  ["a value out of bounds", env("RTDB_WINDOW=0"), "env-values", "error", /RTDB_WINDOW/],
  ["a wrong region", env("API_MEMORY=1"), "env-values", "error", /API_MEMORY/],
];
if (hasGit()) {
  FAULTS.push(["settings under version control", trackEnv, "env-private", "warning", /\.env is under version control/]);
}

function touch(file: string): void {
  const future = new Date(Date.now() + 3_600_000);
  utimesSync(at(file), future, future);
}

function trackEnv(): void {
  env("RTDB_WINDOW=400")();
  execFileSync("git", ["init", "--quiet"], { cwd: folder.path });
  execFileSync("git", ["add", "--force", ".env"], { cwd: folder.path });
}

test.each(FAULTS)("%s is found, with a cure", async (_, plant, check, status, message) => {
  plant();
  const found = await faults({ check });
  expect(found).toContainEqual({
    check,
    status,
    message: expect.stringMatching(message),
    cure: expect.any(String),
  });
});

test("an empty value in .env counts as none, as for the functions", async () => {
  writeFileSync(at(".env"), "APP_CHECK=\nRTDB_URL=\nMYSQL_CONNECTIONS=\nRELAY_SERVICE_ACCOUNT=\nMYSQL_URL=\n");
  expect(readSettings(folder.path, "my-comments").settings).toEqual({});
  expect(await faults({ env: KEYS })).toEqual([]);
});

test("rules that close presence, as docs/deploy.md says, are no fault", async () => {
  writeFileSync(at("database.rules.json"), CLOSED_PRESENCE);
  expect(await faults({ check: "rules" })).toEqual([]);
});

test("another Node is found", async () => {
  expect(await faults({ nodeVersion: "v20.1.0", check: "node" })).toMatchObject([{ check: "node", status: "error" }]);
});

describe("a secret in the environment", () => {
  test.each([
    ["with a short key", { ...KEYS, ACCESS_TOKEN_KEYS: "k1:c2hvcnQ" }, /key 1 is shorter/],
    ["with a key without a name", { ...KEYS, REFRESH_TOKEN_KEYS: "nothing" }, /REFRESH_TOKEN_KEYS/],
    ["that both kinds of token share", { ...KEYS, REFRESH_TOKEN_KEYS: key(1) }, /share a key/],
    [
      "with two keys of one name",
      { ...KEYS, ACCESS_TOKEN_KEYS: `${key(1)},${key(3)}` },
      /ACCESS_TOKEN_KEYS: two keys are named k1/,
    ],
    ["that is no key file", { SERVICE_ACCOUNT_KEY: "{}" }, /SERVICE_ACCOUNT_KEY/],
  ])("%s is found, and its value is not shown", async (_, variables, message) => {
    const found = await faults({ env: variables, check: "secrets-form" });
    expect(found).toMatchObject([{ check: "secrets-form", status: "error", message: expect.stringMatching(message) }]);
    expect(JSON.stringify(found)).not.toMatch(/c2hvcnQ|AQEBAQ/);
  });
});

test("the report has a line for each finding, with its cure, and the totals", () => {
  const findings: Finding[] = [
    { check: "node", status: "ok", message: "Node v24" },
    { check: "build", status: "error", message: "it is missing", cure: "npm run build" },
  ];
  expect(linesOf(findings)).toEqual([
    "ok       node: Node v24",
    "error    build: it is missing",
    "           -> npm run build",
  ]);
  expect(totalsOf(findings)).toBe("1 ok, 0 warnings, 1 error");
});
