import { findBuildProblem } from "../../scripts/doctor/local/build.ts";
import { buildAll } from "../../scripts/platform/bundles/bundles.ts";
import { root } from "../../scripts/platform/paths.ts";

/** Builds the functions and the pages, unless they are built from the sources as they are: the start of a platform does that too. */
export async function ensureBuilt(): Promise<void> {
  if (findBuildProblem(root) !== undefined) await buildAll();
}
