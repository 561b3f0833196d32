import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Metafile, type Plugin, transform } from "esbuild";
import { PAGES, RUNBOOKS, pageHtml, runbooksHtml } from "./pages.ts";
import { root } from "../paths.ts";

/** The stylesheets of the element become texts in its script, minified. */
export function styleTexts(): Plugin {
  return {
    name: "style-texts",
    setup(build) {
      build.onLoad({ filter: /[\\/]web[\\/]element[\\/].*\.css$/ }, async ({ path }) => {
        return { contents: await minifiedStyle(path), loader: "text" };
      });
    },
  };
}

export async function minifiedStyle(path: string): Promise<string> {
  const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
  return code.trim();
}

/**
 * Writes only what changed. The functions emulator reloads on every write, and another platform in this clone may build
 * the same files.
 * @param written gets the path of each output, changed or not
 */
export function writeChanged(written: Set<string>): Plugin {
  return {
    name: "write-changed",
    setup(build) {
      build.onEnd(({ outputFiles = [] }) => {
        for (const { path, contents } of outputFiles) {
          writeIfChanged(path, contents);
          written.add(path);
        }
      });
    },
  };
}

/** Writes the pages, with the names that their scripts and styles got. */
export function writePages(folder: string, written: Set<string>): Plugin {
  return {
    name: "write-pages",
    setup(build) {
      build.onEnd(({ metafile }) => {
        if (!metafile) return;
        const nameOf = (entry: string) => hashedName(metafile, folder, entry);
        const write = (name: string, html: string) => {
          const path = join(root, folder, name);
          writeIfChanged(path, Buffer.from(html));
          written.add(path);
        };
        for (const page of PAGES) write(page.out, pageHtml(page, nameOf));
        write(RUNBOOKS.out, runbooksHtml(nameOf(PAGES.find(({ out }) => out === "console.html")?.style ?? "")));
      });
    },
  };
}

function hashedName({ outputs }: Metafile, folder: string, entry: string): string {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry);
  if (!found) throw new Error(`${entry} was not built`);
  return found[0].slice(folder.length + 1);
}

export function writeIfChanged(path: string, contents: Uint8Array): void {
  if (readIfExists(path)?.equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** Removes what earlier builds left below a folder: a hashed file's name changes with its content. */
export function removeOthers(folder: string, written: ReadonlySet<string>): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !written.has(path)) rmSync(path, { force: true });
  }
}

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
