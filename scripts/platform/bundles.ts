import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { watch } from "chokidar";
import { type BuildOptions, type Plugin, build, stop } from "esbuild";
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

const pageBundle: BuildOptions = {
  // main.ts and style.css import the other scripts and styles.
  entryPoints: readdirSync(join(root, "web/demo"))
    .filter((name) => ["main.ts", "style.css"].includes(name) || /\.(html|svg)$/.test(name))
    .map((name) => `web/demo/${name}`),
  outdir: "web/dist",
  platform: "browser",
  target: "es2022",
  splitting: true,
  chunkNames: "[name]-[hash]",
  loader: { ".html": "copy", ".svg": "copy" },
};

/** The client as a package. What few readers need is in files of its own, which are loaded when it is needed. */
const clientBundle: BuildOptions = {
  entryPoints: ["web/src/index.ts"],
  outdir: "web/lib",
  platform: "browser",
  target: "es2022",
  splitting: true,
  chunkNames: "[name]-[hash]",
  external: ["firebase/*", "idb"],
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
  plugins: [writeChanged()],
}));

/** Its time is that of the last build: outputs that did not change keep theirs. */
export const BUILD_STAMP = ".local/built";

/** The folders whose files are bundled. */
const SOURCES = ["functions/src", "web/src", "web/demo"];

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

/**
 * Writes only what changed. The functions emulator reloads on every write, and another platform in this clone may build
 * the same files.
 */
function writeChanged(): Plugin {
  return {
    name: "write-changed",
    setup(build) {
      build.onEnd(({ outputFiles = [] }) => {
        const { outdir, splitting } = build.initialOptions;
        if (splitting && outdir && outputFiles.length > 0) removeOldChunks(join(root, outdir), outputFiles);
        for (const { path, contents } of outputFiles) {
          if (readIfExists(path)?.equals(contents)) continue;
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, contents);
        }
      });
    },
  };
}

/** A chunk's name changes with its content. */
function removeOldChunks(folder: string, outputFiles: { path: string }[]): void {
  const current = new Set(outputFiles.map(({ path }) => basename(path)));
  const isOld = (name: string) => /-[A-Z0-9]{8}\.js(\.map)?$/.test(name) && !current.has(name);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) if (isOld(name)) rmSync(join(folder, name));
}

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
