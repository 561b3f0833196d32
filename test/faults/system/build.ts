import { type Plugin, build } from "esbuild";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionsBundle } from "../../../scripts/platform/bundles/bundles.ts";
import { root } from "../../../scripts/platform/paths.ts";

/**
 * Builds the functions into a folder that functions-framework can run. The folder must be below the project, whose packages it uses.
 * @returns the folder
 */
export async function buildFunctions(folder: string, plugins: Plugin[] = []): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  await build({
    ...functionsBundle,
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    outfile: join(folder, "index.js"),
    logLevel: "warning",
    plugins,
  });
  return folder;
}
