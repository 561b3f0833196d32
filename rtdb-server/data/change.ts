import { isObject } from "../is-object.ts";
import { invalid } from "../refusal.ts";
import { MAX_DEPTH } from "../limits.ts";
import { parseNode } from "../tree/json.ts";
import { nodeAt, put } from "../tree/node.ts";
import { parsePath, pathText } from "../tree/path.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";

/** One part of a write: what shall stand at a place, in export form with placeholders; null deletes. */
export interface Change {
  readonly path: Path;
  readonly json: unknown;
}

/** The places of one write as a tree: a place without `below` is replaced. */
export interface Written {
  readonly below: Map<string, Written> | null;
}

/** The changes of an update at a place: its keys may be deep paths. */
export function updateOf(path: Path, json: unknown): Change[] {
  if (!isObject(json)) throw invalid("An update must be an object");
  return Object.entries(json).map(([key, value]) => {
    const relative = parsePath(key);
    if (relative.length === 0) throw invalid("An update has no empty key");
    return { path: [...path, ...relative], json: value };
  });
}

function mark(written: Written, path: Path): void {
  let at = written;
  for (const [i, key] of path.entries()) {
    const last = i === path.length - 1;
    const next: Written | undefined = at.below?.get(key);
    if (at.below === null || (next !== undefined && (last || next.below === null))) {
      throw invalid(`Place ${pathText(path)} of an update lies at, above or below another of its places`);
    }
    const step = next ?? { below: last ? null : new Map<string, Written>() };
    at.below.set(key, step);
    at = step;
  }
}

/** Where the changes write. @throws Refusal when one place is another's ancestor */
export function writtenBy(changes: readonly Change[]): Written {
  if (changes.some((change) => change.path.length === 0)) {
    if (changes.length > 1) throw invalid("An update of the root lies above its other places");
    return { below: null };
  }
  const written: Written = { below: new Map() };
  for (const { path } of changes) mark(written, path);
  return written;
}

/** The tree after the changes, all placeholders resolved against the tree before them and one timestamp (ms). */
export function applyChanges(before: Tree, changes: readonly Change[], now: number): Tree {
  let after = before;
  for (const { path, json } of changes) {
    if (path.length > MAX_DEPTH + Number(path.at(-1) === ".priority"))
      throw invalid(`Path is deeper than ${MAX_DEPTH} keys`);
    if (path.slice(0, -1).includes(".priority")) throw invalid("A priority has no children");
    const next = parseNode(json, { now }, nodeAt(before, path), path.length);
    after = put(after, path, next);
  }
  return after;
}
