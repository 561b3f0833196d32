import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { root } from "../../scripts/platform/paths.ts";

/** Gzipped, minified, without Firebase. */
const MAX_READING_BYTES = 11_600;
const MAX_BYTES = 23_000;
/** The element with lit-html and the client: what a reader loads, and with everything but a second language. */
const MAX_ELEMENT_READING_BYTES = 30_500;
const MAX_ELEMENT_BYTES = 58_500;

/** Packages of this repo that the project uses: no network is needed. */
const INSTALLED = [
  "firebase",
  "@firebase",
  "idb",
  "react",
  "react-dom",
  "scheduler",
  "vue",
  "@vue",
  "@types/trusted-types",
].concat(["lit", "@lit", "lit-html", "lit-element", "@lit-labs"]);

let folder: string;
let project: string;
let tarball: string;

const run = (program: string, args: string[], cwd: string) =>
  execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const node = (script: string, args: string[], cwd: string) => run(process.execPath, [join(root, script), ...args], cwd);

/** The lines of TypeScript in the package's README. */
function readmeLines(): string {
  const [, lines = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "web/README.md"), "utf8")) ?? [];
  return lines;
}

// An empty project into which the package is installed as npm unpacks it.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "client-"));
  node("scripts/develop/client.ts", [], root);
  project = join(folder, "site");
  mkdirSync(join(project, "node_modules"), { recursive: true });
  const packed = run("npm", ["pack", "--json", "--pack-destination", folder], join(root, "web"));
  const [pack] = Object.values(JSON.parse(packed) as Record<string, { filename: string }>);
  tarball = join(folder, basename(pack!.filename));
  run("tar", ["xzf", tarball, "-C", folder], folder);
  cpSync(join(folder, "package"), join(project, "node_modules/live-comments-client"), { recursive: true });
  mkdirSync(join(project, "node_modules/@types"));
  for (const name of INSTALLED) {
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "site", private: true, type: "module" }));
  writeFileSync(join(project, "main.ts"), readmeLines());
  writeFileSync(join(project, "index.html"), '<script type="module" src="/main.ts"></script>');
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: "es2022",
    lib: ["es2024", "dom", "dom.iterable"],
    module: "esnext",
    moduleResolution: "bundler",
    types: [],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package has the code, its types, the licence and the README, and nothing else", () => {
  const files = run("tar", ["tzf", tarball], folder).trim().split("\n");
  const others = files.filter((file) => !/^package\/lib\/.+\.(js|d\.ts)$/.test(file));
  expect(others.toSorted()).toEqual(["package/README.md", "package/lib/LICENSE", "package/package.json"]);
});

test("the lines of the README compile in an empty TypeScript project, and a wrong one does not", () => {
  node("node_modules/typescript/bin/tsc", ["-p", "."], project);
  writeFileSync(join(project, "main.ts"), `${readmeLines()}\nvideo.post(42);`);
  expect(() => node("node_modules/typescript/bin/tsc", ["-p", "."], project)).toThrow("Command failed");
  writeFileSync(join(project, "main.ts"), readmeLines());
});

test("Vite builds the project", () => {
  expect(node("node_modules/vite/bin/vite.js", ["build", "--outDir", "vite"], project)).toMatch(/built in/);
});

test("esbuild builds the project, and what is not used is left out", async () => {
  const options = {
    bundle: true,
    write: false,
    format: "esm",
    splitting: true,
    outdir: "out",
    absWorkingDir: project,
  } as const;
  const used = await build({ ...options, entryPoints: ["main.ts"] });
  expect(used.outputFiles.length).toBeGreaterThan(1);
  writeFileSync(join(project, "unused.ts"), 'import "live-comments-client";');
  const unused = await build({ ...options, entryPoints: ["unused.ts"], splitting: false });
  expect(unused.outputFiles[0]?.text.trim()).toBe("");
});

test("reading and the whole client stay as small as is promised, without Firebase", async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: 'export * from "live-comments-client";', resolveDir: project, sourcefile: "all.js" },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    write: false,
    outdir: "out",
    entryNames: "all",
    absWorkingDir: project,
    external: ["firebase/*"],
    metafile: true,
  });
  const bytesOf = new Map(outputFiles.map(({ path, text }) => [basename(path), gzippedBytes(text)]));
  const reading = sum([...filesLoadedBy("all.js", metafile)].map((name) => bytesOf.get(name) ?? 0));
  const all = sum([...bytesOf.values()]);
  console.log(`the client, gzipped: ${reading} bytes to read, ${all} bytes in all`);
  expect(reading).toBeLessThan(MAX_READING_BYTES);
  expect(all).toBeLessThan(MAX_BYTES);
});

test("Vite builds a React project and a Vue project with the element", () => {
  const main = join(project, "main.ts");
  writeFileSync(
    main,
    `import { createElement } from "react"; import { createRoot } from "react-dom/client"; import "live-comments-client/element";
     createRoot(document.body).render(createElement("live-comments", { video: "welcome" }));`,
  );
  expect(node("node_modules/vite/bin/vite.js", ["build", "--outDir", "react"], project)).toMatch(/built in/);
  writeFileSync(
    main,
    `import { createApp, h } from "vue"; import "live-comments-client/element";
     createApp({ render: () => h("live-comments", { video: "welcome" }) }).mount("body");`,
  );
  expect(node("node_modules/vite/bin/vite.js", ["build", "--outDir", "vue"], project)).toMatch(/built in/);
  writeFileSync(main, readmeLines());
  const isIn = (folder: string) =>
    readdirSync(join(project, folder, "assets")).some((name) =>
      readFileSync(join(project, folder, "assets", name), "utf8").includes("live-comments-accent"),
    );
  expect(["react", "vue", "vite"].map(isIn)).toEqual([true, true, false]);
});

test("the element's types compile, and a wrong arrangement does not", () => {
  const main = join(project, "main.ts");
  const lines = (arrangement: string) =>
    `import type { LiveCommentsElement } from "live-comments-client/element";
     import { en } from "live-comments-client/texts";
     const element: LiveCommentsElement = document.createElement("live-comments");
     element.arrangement = ${JSON.stringify(arrangement)};
     element.texts = { title: en.title };`;
  writeFileSync(main, lines("comments"));
  node("node_modules/typescript/bin/tsc", ["-p", "."], project);
  writeFileSync(main, lines("sideways"));
  expect(() => node("node_modules/typescript/bin/tsc", ["-p", "."], project)).toThrow("Command failed");
  writeFileSync(main, readmeLines());
});

test("the element with the client stays as small as is promised, without Firebase", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: { element: join(project, "node_modules/live-comments-client/lib/element.js") },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    write: false,
    outdir: "out",
    absWorkingDir: project,
    external: ["firebase/*"],
    metafile: true,
  });
  const sizes = outputFiles.map(({ path, text }) => [basename(path), gzippedBytes(text)] as const);
  const atOnce = filesLoadedBy("element.js", metafile);
  // A few seconds later, the page keeps a copy of what it shows.
  const isForReaders = (name: string) => atOnce.has(name) || /^(copies|database)-/.test(name);
  const reading = sum(sizes.filter(([name]) => isForReaders(name)).map(([, bytes]) => bytes));
  const all = sum(sizes.filter(([name]) => !name.startsWith("de-")).map(([, bytes]) => bytes));
  console.log(
    `the element in a site's own build, gzipped: ${reading} bytes for a reader, ${all} bytes with everything`,
  );
  expect(sizes.filter(([name]) => isForReaders(name)).length).toBeGreaterThan(2);
  expect(reading).toBeLessThan(MAX_ELEMENT_READING_BYTES);
  expect(all).toBeLessThan(MAX_ELEMENT_BYTES);
});

/** The size of a built file; the hashes in names of files differ from build to build, and so would the size. */
function gzippedBytes(text: string): number {
  return gzipSync(text.replaceAll(/-[A-Z0-9]{8}\.js/g, "-00000000.js")).length;
}

/** A file of the build, with those that it imports at once. */
function filesLoadedBy(name: string, metafile: Metafile, loaded = new Set<string>()): Set<string> {
  if (loaded.has(name)) return loaded;
  loaded.add(name);
  const [, output] = Object.entries(metafile.outputs).find(([path]) => basename(path) === name) ?? [];
  for (const { kind, external, path } of output?.imports ?? []) {
    if (kind === "import-statement" && !external) filesLoadedBy(basename(path), metafile, loaded);
  }
  return loaded;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
