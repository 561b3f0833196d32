import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionsBundle } from "../../scripts/platform/bundles.ts";
import { root } from "../../scripts/platform/paths.ts";
import type { Edit } from "./mutants.ts";

/** Builds the functions, with edits where there are some, into a folder that functions-framework can run. Below the project, for its packages. */
export async function buildFunctions(folder: string, edits: Edit[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  const sources = new Set(edits.map(({ file }) => join(root, file)).filter((file) => file.endsWith(".ts")));
  await build({
    ...functionsBundle,
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    outfile: join(folder, "index.js"),
    logLevel: "warning",
    plugins: [
      {
        name: "edits",
        setup(builder) {
          builder.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            sources.has(path) ? { contents: edited(path, edits), loader: "ts" } : undefined,
          );
        },
      },
    ],
  });
  return folder;
}

/** The file's text with the edits that are for it. @throws Error when the text to be replaced is not there any more */
export function edited(path: string, edits: Edit[]): string {
  let text = readFileSync(path, "utf8");
  for (const { file, find, replace } of edits) {
    if (join(root, file) !== path) continue;
    const next = text.replaceAll(typeof find === "string" ? find : new RegExp(find, "g"), () => replace);
    if (next === text) throw new Error(`the mutant does not fit ${file} any more: ${String(find)} is not in it`);
    text = next;
  }
  return text;
}
