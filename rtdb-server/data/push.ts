import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";

/** New data for the listeners of a view. Each protocol has its own text for it. */
export class Push {
  readonly path: Path;
  /** The new data at the path, or with several locations below it (a merge), the data of each by its relative path. */
  readonly data: Tree | Merge;
  /** Set by `pushMessage` on first use, so that the text is made once for all listeners of sessions. */
  cachedMessage: string | undefined;

  constructor(path: Path, data: Tree | Merge) {
    this.path = path;
    this.data = data;
    this.cachedMessage = undefined;
  }
}

type Merge = readonly (readonly [relativePath: string, data: Tree])[];

export const isMerge = (data: Tree | Merge): data is Merge => Array.isArray(data);

/** The data of a push as JSON. @param textOf renders one node */
export function pushDataText({ data }: Push, textOf: (node: Tree) => string): string {
  if (!isMerge(data)) return textOf(data);
  return `{${data.map(([path, node]) => `${JSON.stringify(path)}:${textOf(node)}`).join(",")}}`;
}
