import { applyChanges } from "../../../rtdb-server/data/write.ts";
import type { Tree } from "../../../rtdb-server/tree/node.ts";

/** The tree that a write of JSON in export form to an empty database gives. @param now milliseconds, for timestamps */
export const treeOf = (json: unknown, now = 0): Tree => applyChanges(null, [{ path: [], json }], now);
