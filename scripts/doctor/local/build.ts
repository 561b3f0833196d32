import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Check, error, ok } from "../outcome.ts";
import { discoverEndpoints } from "./endpoints.ts";

const FUNCTIONS = ["api", "relayVideos", "relayUsers", "sweep", "reconcile", "maintain", "purge"];

const BUNDLES = [
  { output: "functions/lib/index.js", sources: ["functions/src/**/*.ts", "package-lock.json"] },
  { output: "web/dist/index.html", sources: ["web/demo/index.html"] },
  { output: "web/dist/main.js", sources: ["web/{src,demo}/**/*.ts"] },
];

/** A build that is older than a source file would deploy yesterday's code. */
export const build: Check = {
  id: "build",
  run({ root }) {
    return BUNDLES.map(({ output, sources }) => {
      const file = join(root, output);
      if (!existsSync(file)) return error(`${output} is missing`, "npm run build");
      const builtAt = statSync(file).mtimeMs;
      const newer = globSync(sources, { cwd: root }).find((source) => statSync(join(root, source)).mtimeMs > builtAt);
      return newer === undefined
        ? ok(`${output} is newer than its sources`)
        : error(`${output} is older than ${newer}`, "npm run build");
    });
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
