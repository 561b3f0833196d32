import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { BUILD_STAMP } from "../../platform/bundles/bundles.ts";
import { type Check, error, ok } from "../outcome.ts";
import { discoverEndpoints } from "./endpoints.ts";

const FUNCTIONS = ["api", "relayVideos", "relayUsers", "countAudiences", "sweep", "reconcile", "maintain", "purge"];

const OUTPUTS = ["functions/lib/index.js", "web/dist/index.html", "web/dist/console.html"];
const SOURCES = [
  "functions/src/**/*.ts",
  "web/{src,element,demo,console}/**/*",
  "docs/operate.md",
  "scripts/platform/bundles/*.ts",
  "package-lock.json",
];

/** Why the build in a clone is not of its sources as they are now; undefined if it is. */
export function findBuildProblem(root: string): string | undefined {
  const missing = [BUILD_STAMP, ...OUTPUTS].filter((output) => !existsSync(join(root, output)));
  if (missing.length > 0) return `not built: ${missing.join(", ")}`;
  const builtAt = statSync(join(root, BUILD_STAMP)).mtimeMs;
  const newer = globSync(SOURCES, { cwd: root }).find((source) => statSync(join(root, source)).mtimeMs > builtAt);
  return newer && `${newer} has changed since the build`;
}

/** A build from before the last change of a source file would deploy yesterday's code. */
export const build: Check = {
  id: "build",
  run({ root }) {
    const problem = findBuildProblem(root);
    return [problem ? error(problem, "npm run build") : ok("the build is newer than every source file")];
  },
};

/** The CLI loads the build to find the functions. */
export const functions: Check = {
  id: "functions",
  async run({ root, settings }) {
    const found = Object.keys(await discoverEndpoints(root, settings));
    const missing = FUNCTIONS.filter((name) => !found.includes(name));
    if (missing.length === 0) return [ok(`the build loads, and has ${found.length} functions`)];
    return [error(`the build has no ${missing.join(", ")}`, "npm run build")];
  },
};
