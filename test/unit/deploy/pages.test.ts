import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { removeEmulatorsFiles, writeEmulatorsConfig } from "../../../scripts/platform/firebase/emulators-files.ts";
import { portBlock } from "../../../scripts/platform/ports/ports.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { ensureBuilt } from "../../support/ensure-built.ts";

interface Hosting {
  ignore: string[];
  headers: { regex: string; headers: { key: string; value: string }[] }[];
}

const hostingOf = (file: string) => (JSON.parse(readFileSync(file, "utf8")) as { hosting: Hosting }).hosting;
const hosting = hostingOf(join(root, "firebase.json"));
const dist = join(root, "web/dist");
const read = (name: string) => readFileSync(join(dist, name), "utf8");

/** A header that Hosting sends with a path; undefined if it sends none. */
const headerOf = (path: string, name: string, { headers } = hosting) =>
  headers
    .filter(({ regex }) => new RegExp(regex).test(path))
    .flatMap((rule) => rule.headers)
    .find(({ key }) => key === name)?.value;

const PAGES = { "/": "index.html", "/console": "console.html", "/console/runbooks": "runbooks.html" };

beforeAll(() => ensureBuilt(), 120_000);

describe.each(Object.entries(PAGES))("the page at %s", (path, file) => {
  test("names scripts and styles by their hash, but the one that other sites name too, and each is there", () => {
    const named = Array.from(read(file).matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g), ([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) {
      expect(name).toMatch(/^(\/element\.js|\/assets\/[a-z]+-[A-Z0-9]{8}\.(js|css))$/);
      expect(existsSync(join(dist, name))).toBe(true);
    }
  });

  test("is asked for each time, runs only the site's own scripts, and connects to no machine of a developer", () => {
    expect(headerOf(path, "Cache-Control")).toBe("no-cache");
    const policy = headerOf(path, "Content-Security-Policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/localhost|127\.0\.0\.1|unsafe|http:|ws:/);
  });

  test("has nothing inline that its policy would refuse", () => {
    expect(read(file)).not.toMatch(/<style|\sstyle="|\son\w+="|<script(?![^>]*\ssrc=)/);
  });
});

test("what has a hash in its name is kept for a year, and nothing else is", () => {
  const names = readdirSync(join(dist, "assets")).filter((name) => !name.endsWith(".map"));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    expect(name).toMatch(/-[A-Za-z0-9]{8}\.(js|css)$/);
    expect(headerOf(`/assets/${name}`, "Cache-Control")).toBe("public, max-age=31536000, immutable");
  }
  for (const path of [...Object.keys(PAGES), "/index.html", "/console.html", "/console/users"]) {
    expect(headerOf(path, "Cache-Control")).toBe("no-cache");
  }
});

test("scripts are minified, and no source map is named or deployed", () => {
  const scripts = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".js"));
  for (const name of scripts) {
    const text = read(`assets/${name}`);
    expect(text).not.toContain("sourceMappingURL");
    const source = JSON.parse(read(`assets/${name}.map`)) as { sourcesContent: string[] };
    expect(text.length).toBeLessThan(source.sourcesContent.join("").length);
  }
  expect(hosting.ignore).toContain("**/*.map");
});

test("the local platform's policy, and only that, lets the page connect to this machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  try {
    const local = hostingOf(writeEmulatorsConfig(folder, portBlock(20_000)));
    for (const path of Object.keys(PAGES)) {
      expect(headerOf(path, "Content-Security-Policy", local)).toContain("http://127.0.0.1:*");
    }
  } finally {
    removeEmulatorsFiles(folder);
    rmSync(folder, { recursive: true });
  }
});

test("each alert's runbook has its place on the page of runbooks", () => {
  const page = read("runbooks.html");
  const [, union = ""] =
    /export type AlertName =([^;]+);/.exec(readFileSync(join(root, "functions/src/alerts/alerts.ts"), "utf8")) ?? [];
  const alerts = Array.from(union.matchAll(/"(\w+)"/g), ([, name = ""]) => name);
  expect(alerts.length).toBeGreaterThan(5);
  for (const alert of alerts) expect(page).toContain(`id="${alert}"`);
});
