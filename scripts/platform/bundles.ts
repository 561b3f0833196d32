import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, type Plugin, build, context } from "esbuild";
import { root } from "./paths.ts";

/**
 * What is not bundled. The emulator and the deploy read the functions' definitions from the installed firebase-functions.
 * argon2 is native. Google's clients read protocol files that lie beside them.
 */
const EXTERNAL = ["firebase-functions", "firebase-admin", "@google-cloud/*", "argon2"];

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
  loader: { ".html": "copy", ".svg": "copy" },
};

const BUNDLES = [functionsBundle, pageBundle].map((options): BuildOptions => ({
  ...options,
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  sourcemap: true,
  write: false,
  logLevel: "warning",
  plugins: [writeChanged()],
}));

/** Builds the functions and the page. Rejects when either does not compile. */
export async function buildAll(): Promise<void> {
  await Promise.all(BUNDLES.map((options) => build(options)));
}

/**
 * Like buildAll, then builds again on each change until the process ends. A change that does not compile keeps the last
 * good build.
 */
export async function watchAll(): Promise<void> {
  await Promise.all(
    BUNDLES.map(async (options) => {
      const bundle = await context(options);
      await bundle.rebuild();
      await bundle.watch();
    }),
  );
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
        for (const { path, contents } of outputFiles) {
          if (readIfExists(path)?.equals(contents)) continue;
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, contents);
        }
      });
    },
  };
}

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
