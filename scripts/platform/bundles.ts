import { copyFileSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { watch } from "chokidar";
import { type BuildOptions, build, stop } from "esbuild";
import { styleTexts, writeChanged } from "./bundle-plugins.ts";
import { root } from "./paths.ts";
import { Problem, messageOf } from "./problem.ts";

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
  // Bundled CommonJS packages still call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

/** What the page loads as it is. */
const COPIED = /\.(html|svg|webm|png)$/;

const pageBundle: BuildOptions = {
  // main.ts and style.css import the other scripts and styles. element.js is what any site can load.
  entryPoints: [
    { in: "web/element/standalone.ts", out: "element" },
    ...readdirSync(join(root, "web/demo"))
      .filter((name) => ["main.ts", "style.css"].includes(name) || COPIED.test(name))
      .map((name) => ({ in: `web/demo/${name}`, out: parse(name).name })),
  ],
  outdir: "web/dist",
  minify: true,
  platform: "browser",
  target: "es2022",
  splitting: true,
  chunkNames: "[name]-[hash]",
  loader: { ".html": "copy", ".svg": "copy", ".webm": "copy", ".png": "copy" },
  plugins: [styleTexts()],
};

/** The client as a package. What few readers need is in files of its own, which are loaded when it is needed. */
const clientBundle: BuildOptions = {
  entryPoints: { index: "web/src/index.ts", element: "web/element/index.ts" },
  outdir: "web/lib",
  platform: "browser",
  target: "es2022",
  splitting: true,
  chunkNames: "[name]-[hash]",
  external: ["firebase/*", "idb", "lit", "lit/*"],
  plugins: [styleTexts()],
};

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  logLevel: "warning",
};

const BUNDLES = [functionsBundle, pageBundle].map((options): BuildOptions => ({
  ...options,
  ...shared,
  sourcemap: true,
  write: false,
  plugins: [...(options.plugins ?? []), writeChanged()],
}));

/** Its time is that of the last build: outputs that did not change keep theirs. */
export const BUILD_STAMP = ".local/built";

/** The folders whose files are bundled. */
const SOURCES = ["functions/src", "web/src", "web/element", "web/demo"];

/** One save, or one checkout of another branch, changes several files. */
const SETTLE_MS = 100;

/**
 * Builds the functions and the page. esbuild prints what does not compile.
 * @throws Problem when either does not compile
 */
export async function buildAll(): Promise<void> {
  const startedAt = new Date();
  const results = await Promise.allSettled(BUNDLES.map((options) => build(options)));
  // esbuild's process keeps 300 MB until it ends. The next build starts it again.
  await stop();
  for (const result of results) if (result.status === "rejected") throw new Problem(messageOf(result.reason));
  const stamp = join(root, BUILD_STAMP);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, "");
  utimesSync(stamp, startedAt, startedAt);
}

/** Builds the client's package in web/lib, without its types. */
export async function buildClient(): Promise<void> {
  rmSync(join(root, "web/lib"), { recursive: true, force: true });
  await build({ ...clientBundle, ...shared });
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
