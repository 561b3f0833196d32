import { join } from "node:path";
import { type ChunkingContext, type OutputOptions, type Plugin, rolldown } from "rolldown";
import { minifiedStyle } from "./bundle-plugins.ts";
import { root } from "../paths.ts";

export interface ScriptBundle {
  /** The entries by the names of their outputs. */
  input: Record<string, string>;
  /** Where the outputs are written, below the root of the repo. */
  folder: string;
  /** Packages that are not bundled. */
  external?: (string | RegExp)[];
  output: Pick<OutputOptions, "minify" | "sourcemap" | "chunkFileNames">;
}

/**
 * Bundles scripts for other sites. What the entries load at once is one file for each set of entries that need it. esbuild would make a
 * file of each few modules that a lazy part shares with them: 16 requests, and 4 KB more.
 */
export async function bundleScripts({ input, folder, external = [], output }: ScriptBundle) {
  const nameOf = new Map(Object.entries(input).map(([name, path]) => [join(root, path), name]));
  const bundle = await rolldown({
    input,
    cwd: root,
    platform: "browser",
    external,
    transform: { target: "es2022" },
    preserveEntrySignatures: "allow-extension",
    plugins: [styleTexts],
    // It would advise whoever starts the product about this plugin's share of the build.
    checks: { bundlerTimings: false },
  });
  try {
    const { output: files } = await bundle.generate({
      ...output,
      format: "esm",
      entryFileNames: "[name].js",
      hashCharacters: "base36",
      sourcemapIgnoreList: false,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ debugName: "at once", name: (id, chunking) => groupOf(id, nameOf, chunking) }],
      },
    });
    return files.map((file) => ({
      path: join(root, folder, file.fileName),
      contents: Buffer.from(file.type === "chunk" ? file.code : file.source),
    }));
  } finally {
    await bundle.close();
  }
}

const styleTexts: Plugin = {
  name: "style-texts",
  // Without a filter, as the output is without a list of ignored sources: Rolldown does not know regular expressions of another realm,
  // and tests run in a realm of their own.
  load: async (id) =>
    id.endsWith(".css")
      ? { code: `export default ${JSON.stringify(await minifiedStyle(id))};`, moduleType: "js" }
      : undefined,
};

/** The names of the entries that load the module at once; null for an entry itself, and for what is loaded later. */
function groupOf(id: string, nameOf: ReadonlyMap<string, string>, chunking: ChunkingContext): string | null {
  if (nameOf.has(id)) return null;
  const entries = new Set<string>();
  const seen = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const name = nameOf.get(next);
    if (name !== undefined) entries.add(name);
    waiting.push(...(chunking.getModuleInfo(next)?.importers ?? []));
  }
  return entries.size === 0 ? null : [...entries].sort().join("-");
}
