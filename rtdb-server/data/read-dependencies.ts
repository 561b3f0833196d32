import { MAX_DEPTH } from "../limits.ts";
import { type Tree, childOf } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";
import type { Listener } from "./view.ts";
import type { WriteTree } from "./write.ts";

/** A location at which rules looked for some listeners, or one above it. */
class Location {
  readonly listeners = new Set<Listener>();
  readonly children = new Map<string, Location>();

  get isEmpty(): boolean {
    return this.listeners.size === 0 && this.children.size === 0;
  }
}

/** Which listeners may read because of which data. A write visits the locations that it changes, and no others. */
export class ReadDependencies {
  readonly #root = new Location();
  readonly #paths = new Map<Listener, readonly Path[]>();

  /** @param paths the locations at which the rules looked to let the listener read. There is no data below the maximal depth */
  set(listener: Listener, paths: readonly Path[]): void {
    this.delete(listener);
    if (paths.length === 0) return;
    this.#paths.set(listener, paths);
    for (const path of paths) {
      let location = this.#root;
      for (const key of path.slice(0, MAX_DEPTH)) {
        const child = location.children.get(key) ?? new Location();
        location.children.set(key, child);
        location = child;
      }
      location.listeners.add(listener);
    }
  }

  delete(listener: Listener): void {
    for (const path of this.#paths.get(listener) ?? []) remove(this.#root, path.slice(0, MAX_DEPTH), listener);
    this.#paths.delete(listener);
  }

  /** The listeners that may read because of data that the write changed. */
  listenersOf(written: WriteTree, before: Tree, after: Tree): ReadonlySet<Listener> {
    const found = new Set<Listener>();
    if (this.#paths.size > 0) collect(this.#root, { written, before, after }, found);
    return found;
  }
}

/** Removes a listener from a location below, and the locations that are empty without it. */
function remove(location: Location, path: Path, listener: Listener, depth = 0): void {
  const key = path[depth];
  if (key === undefined) {
    location.listeners.delete(listener);
    return;
  }
  const child = location.children.get(key);
  if (child === undefined) return;
  remove(child, path, listener, depth + 1);
  if (child.isEmpty) location.children.delete(key);
}

function collect(
  location: Location,
  { written, before, after }: { written: WriteTree; before: Tree; after: Tree },
  found: Set<Listener>,
): void {
  if (before === after) return;
  for (const listener of location.listeners) found.add(listener);
  // A write that sets this location concerns all locations below it. Others concern only the locations on their way.
  for (const key of (written.children ?? location.children).keys()) {
    const child = location.children.get(key);
    if (child === undefined) continue;
    const childWritten = written.children?.get(key) ?? written;
    collect(child, { written: childWritten, before: childOf(before, key), after: childOf(after, key) }, found);
  }
}
