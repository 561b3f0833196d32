import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Plugin, transform } from "esbuild";
import { root } from "./paths.ts";

/** The stylesheets of the element become texts in its script, minified. */
export function styleTexts(): Plugin {
  return {
    name: "style-texts",
    setup(build) {
      build.onLoad({ filter: /[\\/]web[\\/]element[\\/].*\.css$/ }, async ({ path }) => {
        const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
        return { contents: code.trim(), loader: "text" };
      });
    },
  };
}

/**
 * Writes only what changed. The functions emulator reloads on every write, and another platform in this clone may build
 * the same files.
 */
export function writeChanged(): Plugin {
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
