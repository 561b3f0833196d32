import { copyFileSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { watch } from "chokidar";
import { type BuildOptions, build, stop } from "esbuild";
import { removeOthers, styleTexts, writeChanged, writeIfChanged, writePages } from "./bundle-plugins.ts";
import { ASSETS, FIXED_ENTRIES, PAGES } from "./pages.ts";
import { root } from "../paths.ts";
import { Problem, messageOf } from "../problem.ts";
import { bundleScripts, type ScriptBundle } from "./script-bundle.ts";

/**
 * What is not bundled, and so the only packages that a deployment installs (`dependencies` in package.json). The emulator and the deploy
 * read the functions' definitions from the installed firebase-functions. argon2 is native. Google's clients read protocol files that lie
 * beside them. The last two are loaded only when they are used: within the bundle, each start would parse them.
 */
const EXTERNAL = [
  "firebase-functions",
  "firebase-admin",
  "@google-cloud/*",
  "argon2",
  "ioredis",
  "@zxcvbn-ts/language-common",
];

export const functionsBundle: BuildOptions = {
  entryPoints: ["functions/src/index.ts"],
  outfile: "functions/lib/index.js",
  platform: "node",
  target: "node24",
  external: EXTERNAL,
  // npm run deploy names the commit: the deployed functions carry it as a label.
  define: { "process.env.RELEASE": JSON.stringify(process.env["RELEASE"] ?? "") },
  // Bundled CommonJS packages still call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

const DIST = "web/dist";
const COPIED = /\.(svg|png|webm)$/;

/** The pages. What they share is in files that both load. The source maps stay here: firebase.json does not deploy them. */
const pagesBundle: BuildOptions = {
  entryPoints: PAGES.flatMap(({ out, script, style }) => {
    const name = parse(out).name;
    return [
      { in: script, out: name },
      { in: style, out: name },
    ];
  }),
  outdir: DIST,
  entryNames: `${ASSETS}/[name]-[hash]`,
  chunkNames: `${ASSETS}/[name]-[hash]`,
  platform: "browser",
  target: "es2022",
  splitting: true,
  minify: true,
  metafile: true,
  sourcemap: "external",
};

/** Files of the demo page that are served as they are. */
const copies: BuildOptions = {
  entryPoints: readdirSync(join(root, "web/demo"))
    .filter((name) => COPIED.test(name))
    .map((name) => ({ in: `web/demo/${name}`, out: parse(name).name })),
  outdir: DIST,
  loader: { ".svg": "copy", ".png": "copy", ".webm": "copy" },
};

const siteScripts: ScriptBundle = {
  input: FIXED_ENTRIES,
  folder: DIST,
  output: { minify: true, sourcemap: "hidden", chunkFileNames: `${ASSETS}/[name]-[hash].js` },
};

/** The client and the element as a package. A site's own build minifies it. */
const packageScripts: ScriptBundle = {
  input: { index: "web/src/index.ts", element: "web/element/index.ts", texts: "web/element/texts/index.ts" },
  folder: "web/lib",
  external: [/^firebase\//, "idb", /^lit\//],
  output: { chunkFileNames: "[name]-[hash].js" },
};

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  logLevel: "warning",
};

/** @param written gets the path of each output */
function bundles(written: Set<string>): BuildOptions[] {
  const write = writeChanged(written);
  return [
    { ...functionsBundle, sourcemap: true, plugins: [write] },
    { ...pagesBundle, plugins: [styleTexts(), write, writePages(DIST, written)] },
    { ...copies, plugins: [write] },
  ].map((options): BuildOptions => ({ ...options, ...shared, write: false }));
}

/** Its time is that of the last build: outputs that did not change keep theirs. */
export const BUILD_STAMP = ".local/built";

/** The folders whose files are bundled. */
const SOURCES = ["functions/src", "web/src", "web/element", "web/demo", "web/console", "docs/operate.md"];

/** One save, or one checkout of another branch, changes several files. */
const SETTLE_MS = 100;

/**
 * Builds the functions and the pages. esbuild prints what does not compile.
 * @throws Problem when either does not compile
 */
export async function buildAll(): Promise<void> {
  const startedAt = new Date();
  const written = new Set<string>();
  const results = await Promise.allSettled([
    ...bundles(written).map((options) => build(options)),
    writeSiteScripts(written),
  ]);
  // esbuild's process keeps 300 MB until it ends. The next build starts it again.
  await stop();
  for (const result of results) if (result.status === "rejected") throw new Problem(messageOf(result.reason));
  removeOthers(join(root, DIST), written);
  const stamp = join(root, BUILD_STAMP);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, "");
  utimesSync(stamp, startedAt, startedAt);
}

async function writeSiteScripts(written: Set<string>): Promise<void> {
  for (const { path, contents } of await bundleScripts(siteScripts)) {
    writeIfChanged(path, contents);
    written.add(path);
  }
}

/** Builds the client's package in web/lib, without its types. */
export async function buildClient(): Promise<void> {
  rmSync(join(root, "web/lib"), { recursive: true, force: true });
  for (const { path, contents } of await bundleScripts(packageScripts)) writeIfChanged(path, contents);
  await stop();
  copyFileSync(join(root, "LICENSE"), join(root, "web/lib/LICENSE"));
}

/**
 * Like buildAll, then builds again on each change until the process ends. A change that does not compile keeps the last
 * good build. esbuild's own watcher would keep its process.
 */
export async function watchAll(): Promise<void> {
  let settling: NodeJS.Timeout | undefined;
  let building = buildAll();
  const watcher = watch(SOURCES, { cwd: root, ignoreInitial: true }).on("all", () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      building = building.then(buildAll).catch(() => {});
    }, SETTLE_MS);
  });
  await building.catch(async (error: unknown) => {
    await watcher.close();
    throw error;
  });
}
