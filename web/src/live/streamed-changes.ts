import type { MirroredChange } from "../wire.ts";
import type { Changes } from "./source.ts";

/** The data of a `put` or a `patch`. */
export interface StreamedData {
  /** Below the streamed place; `/` is the place itself. */
  path: string;
  data: unknown;
}

/** The streamed place: the events put together. */
export class StreamedChanges {
  #tree: Record<string, unknown> = {};

  get changes(): Changes {
    const entries = Object.entries(this.#tree).sort(([a], [b]) => (a < b ? -1 : 1));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the relay can write them
    return new Map(entries.map(([key, change]) => [Number(key), change as MirroredChange]));
  }

  /** A `put` replaces what is at the path, a `patch` what is at each of the paths below it; null removes. */
  apply(kind: "put" | "patch", { path, data }: StreamedData): void {
    if (kind === "put") this.#put(path, data);
    else for (const [below, value] of Object.entries(data ?? {})) this.#put(`${path}/${below}`, value);
  }

  #put(path: string, data: unknown): void {
    this.#tree = put(this.#tree, path.split("/").filter(Boolean), data);
  }
}

function put(tree: unknown, keys: readonly string[], data: unknown): Record<string, unknown> {
  const [key, ...rest] = keys;
  if (key === undefined) return isObject(data) ? { ...data } : {};
  const { [key]: child, ...others } = isObject(tree) ? tree : {};
  const value = rest.length === 0 ? data : put(child, rest, data);
  return value === null ? others : { ...others, [key]: value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
