import { changeKey, paths } from "../wire.ts";
import { databaseUrl } from "./database-url.ts";
import { restReads } from "./reads.ts";
import { pollVideoSettings } from "./poll-video-settings.ts";
import type { LiveSource } from "./source.ts";
import { type StreamedData, StreamedChanges } from "./streamed-changes.ts";

/** The Realtime Database sends a `keep-alive` every 30 s. Without any event for this long, the connection is dead. */
const SILENCE_MS = 75_000;

/**
 * The mirror over the Realtime Database's REST event stream: live, and without the Firebase SDK.
 * @see https://firebase.google.com/docs/reference/rest/database#section-streaming
 */
export function eventStreamSource(base: string): LiveSource {
  return {
    ...restReads(base),
    listenToChanges: (videoId, after, { onChanges, onEnd }) => {
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
    listenToSettings: (videoId, onSettings) => pollVideoSettings(base, videoId, onSettings),
  };
}
