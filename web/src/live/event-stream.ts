import { type MirroredChange, changeKey, paths } from "../wire.ts";
import { databaseUrl } from "./database-url.ts";
import { restReads } from "./reads.ts";
import type { Changes, LiveSource } from "./source.ts";

/** The Realtime Database sends a `keep-alive` every 30 s. Without any event for this long, the connection is dead. */
const SILENCE_MS = 75_000;

/**
 * The mirror over the Realtime Database's REST event stream: live, and without the Firebase SDK.
 * @see https://firebase.google.com/docs/reference/rest/database#section-streaming
 */
export function eventStreamSource(base: string): LiveSource {
  return {
    ...restReads(base),
    watchChanges: (videoId, after, { onChanges, onEnd }) => {
      const query = { orderBy: '"$key"', startAt: JSON.stringify(changeKey(after + 1)) };
      const stream = new EventSource(databaseUrl(base, paths.changes(videoId), query));
      const tree = new StreamedChanges();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stop = () => {
        clearTimeout(timer);
        stream.close();
      };
      const end = (reason: "lost" | "refused") => {
        stop();
        onEnd(reason);
      };
      const onAnyEvent = () => {
        clearTimeout(timer);
        timer = setTimeout(end, SILENCE_MS, "lost");
      };
      const onData = (kind: "put" | "patch") => (event: MessageEvent<string>) => {
        onAnyEvent();
        const data: StreamedData = JSON.parse(event.data);
        tree.apply(kind, data);
        onChanges(tree.changes);
      };
      onAnyEvent();
      stream.addEventListener("put", onData("put"));
      stream.addEventListener("patch", onData("patch"));
      stream.addEventListener("keep-alive", onAnyEvent);
      stream.addEventListener("cancel", () => end("refused"));
      stream.addEventListener("auth_revoked", () => end("lost"));
      // The browser would connect again by itself, without a growing pause and from the same number.
      stream.addEventListener("error", () => end("lost"));
      return stop;
    },
  };
}

interface StreamedData {
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
