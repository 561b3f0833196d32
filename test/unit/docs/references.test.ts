import { describe, expect, test } from "@jest/globals";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

const FILES = globSync("**/*.md", { cwd: root, exclude: (path) => /(^|\/)(node_modules|\.local)$/.test(path) });

/** What the build makes is not there before it ran. */
const BUILT = /^(functions\/lib|web\/dist)\b/;

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What a document names and the repository does not have. */
function missing(file: string, text: string): string[] {
  return [...missingLinks(file, text), ...missingFiles(text), ...missingScripts(text)];
}

function missingLinks(file: string, text: string): string[] {
  return Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const linked = path === "" ? file : join(dirname(file), path);
    if (!existsSync(join(root, linked))) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(join(root, linked), "utf8")).has(anchor);
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

/** Files of ours in code spans and in commands. */
function missingFiles(text: string): string[] {
  const spans = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, span = ""]) => span);
  const named = spans.filter((span) =>
    /^(functions|web|scripts|test|rtdb-server|docs|\.ci|\.github)\/[\w./-]+$/.test(span),
  );
  const run = Array.from(text.matchAll(/\bnode ((?:[\w-]+\/)+[\w-]+\.(?:ts|mjs))/g), ([, path = ""]) => path);
  return [...named, ...run].filter((path) => !BUILT.test(path) && !existsSync(join(root, path)));
}

function missingScripts(text: string): string[] {
  const names = Array.from(text.matchAll(/\bnpm run ([\w:-]+)/g), ([, name = ""]) => name);
  return names.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

describe("every document", () => {
  test("is found", () => {
    expect(FILES).toEqual(expect.arrayContaining(["README.md", "docs/operate.md", "test/faults/README.md"]));
  });

  // The change log also names what is gone.
  test.each(FILES.filter((file) => file !== "CHANGELOG.md"))(
    "%s names only files, headings and commands that exist",
    (file) => {
      expect(missing(file, readFileSync(join(root, file), "utf8"))).toEqual([]);
    },
  );

  test("control: a link, a heading, a file and a command that do not exist are noticed", () => {
    const text =
      "[a](docs/none.md) [b](#no-such-heading) `test/unit/none.test.ts` `npm run none` `node scripts/none.ts`";
    expect(missing("README.md", text)).toEqual([
      "docs/none.md",
      "#no-such-heading",
      "test/unit/none.test.ts",
      "scripts/none.ts",
      "npm run none",
    ]);
  });
});
