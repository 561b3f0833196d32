import type { Plugin } from "esbuild";
import { join, resolve } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

/** A module, and another that is used in its place. Both are paths from the project's root. */
export interface Replacement {
  module: string;
  /** Exports all that the module does, and may import it. */
  by: string;
}

/** For esbuild: whoever imports a module gets its replacement, except the replacement itself. */
export function replaceModules(replacements: Replacement[]): Plugin {
  const replacementOf = new Map(replacements.map(({ module, by }) => [join(root, module), join(root, by)]));
  return {
    name: "replace-modules",
    setup(builder) {
      builder.onResolve({ filter: /^\.{1,2}\// }, ({ path, importer, resolveDir }) => {
        const by = replacementOf.get(resolve(resolveDir, path));
        return by === undefined || by === importer ? undefined : { path: by };
      });
    },
  };
}
