import { describe, expect, test } from "@jest/globals";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listers } from "../../../scripts/admin/listers.ts";
import { userCommands } from "../../../scripts/admin/user-commands.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { commands } from "../../../scripts/sync/commands.ts";
import { readPage } from "./pages.ts";

const FILES = globSync(["*", "{docs,functions,rtdb-server,scripts,test,web}/**/*"], { cwd: root });
const DOCUMENTS = FILES.filter((file) => file.endsWith(".md"));

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}
const manifest: Manifest = JSON.parse(readPage("package.json"));

/** Made by a build or a run, so not always there. */
const MADE = /^(functions\/lib|web\/(dist|lib))\b|^(run|secrets)\.json$/;

/** What a document names and the repository does not have. */
function missing(document: string, text: string): string[] {
  return [...missingLinks(document, text), ...missingFiles(text), ...missingScripts(text), ...missingCommands(text)];
}

function missingLinks(document: string, text: string): string[] {
  return Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const linked = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(root, linked))) return true;
    return anchor !== undefined && !anchorsOf(readPage(linked)).has(anchor);
  });
}

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutCode(text).matchAll(/^#+ (.+)$/gm);
  return new Set(
    Array.from(headings, ([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Files and folders in code spans and in commands. A span may leave out the folders that its document is about. */
function missingFiles(text: string): string[] {
  const spans = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, span = ""]) => span);
  const named = spans.filter((span) =>
    /^(functions|web|scripts|test|rtdb-server|docs|\.ci|\.github)\/[\w./-]+$|^\w[\w./-]*\.(ts|m?js|jsonc?|sql|md)$/.test(
      span,
    ),
  );
  const run = Array.from(text.matchAll(/\bnode ((?:[\w-]+\/)+[\w-]+\.(?:ts|mjs))/g), ([, path = ""]) => path);
  return [...named, ...run].filter((path) => !MADE.test(path) && !isInRepository(path));
}

function isInRepository(path: string): boolean {
  if (path in manifest.dependencies || path in manifest.devDependencies) return true;
  const suffix = `/${path.replace(/\/$/, "")}`;
  return existsSync(join(root, path)) || FILES.some((file) => `/${file}`.endsWith(suffix));
}

function missingScripts(text: string): string[] {
  const names = Array.from(text.matchAll(/\bnpm run ([\w:-]+)/g), ([, name = ""]) => name);
  return names.filter((name) => !(name in manifest.scripts)).map((name) => `npm run ${name}`);
}

/** The commands of the scripts that take one. */
const COMMANDS: Record<string, string[]> = {
  sync: Object.keys(commands),
  admin: [...Object.keys(listers), ...Object.keys(userCommands)],
};

function missingCommands(text: string): string[] {
  const named = text.matchAll(/\bnpm run (sync|admin) -- ([a-z][\w-]*)/g);
  return Array.from(named, ([line, script = "", name = ""]) => ({ line, isKnown: COMMANDS[script]?.includes(name) }))
    .filter(({ isKnown }) => !isKnown)
    .map(({ line }) => line);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

test("the documents are found", () => {
  expect(DOCUMENTS).toEqual(expect.arrayContaining(["README.md", "docs/operate.md", "test/faults/README.md"]));
});

describe("a document names only files, headings and commands that exist:", () => {
  // The change log also names what is gone.
  test.each(DOCUMENTS.filter((document) => document !== "CHANGELOG.md"))("%s", (document) => {
    expect(missing(document, readFileSync(join(root, document), "utf8"))).toEqual([]);
  });
});

test("control: a link, a heading, a file, a script and a command that do not exist are noticed", () => {
  const text =
    "[a](docs/none.md) [b](#no-such-heading) `test/unit/none.test.ts` `none.json` `npm run none` `node scripts/none.ts` `npm run sync -- none`";
  expect(missing("README.md", text)).toEqual([
    "docs/none.md",
    "#no-such-heading",
    "test/unit/none.test.ts",
    "none.json",
    "scripts/none.ts",
    "npm run none",
    "npm run sync -- none",
  ]);
});
