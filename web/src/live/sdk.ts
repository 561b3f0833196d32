import { type DataSnapshot, type Database, onValue, orderByKey, query, ref, startAt } from "firebase/database";
import { DEFAULT_VIDEO_SETTINGS, type MirroredChange, changeKey, paths } from "../wire.ts";
import { restReads } from "./reads.ts";
import type { LiveSource } from "./source.ts";

/** If the SDK does not connect within this time, WebSockets are probably blocked here. */
const CONNECT_MS = 8_000;

/** The mirror over the Firebase SDK's connection, which a signed-in user has anyway. */
export function sdkSource(base: string, database: Database): LiveSource {
  return {
    ...restReads(base),
    listenToChanges: (videoId, after, { onChanges, onEnd }) => {
      let wasConnected = false;
      const end = (reason: "lost" | "refused") => {
        stop();
        onEnd(reason);
      };
      const timer = setTimeout(end, CONNECT_MS, "lost");
      const stopConnected = onValue(ref(database, ".info/connected"), (snapshot) => {
        if (snapshot.val() === true) wasConnected = true;
        else if (wasConnected) end("lost");
      });
      const newer = query(ref(database, paths.changes(videoId)), orderByKey(), startAt(changeKey(after + 1)));
      const stopChanges = onValue(
        newer,
        (snapshot) => {
          clearTimeout(timer);
          onChanges(changesOf(snapshot));
        },
        () => end("refused"),
      );
      const stop = () => {
        clearTimeout(timer);
        stopConnected();
        stopChanges();
      };
      return stop;
    },
    listenToSettings: (videoId, onSettings) =>
      onValue(
        ref(database, paths.video(videoId)),
        (snapshot) => onSettings(snapshot.val() ?? DEFAULT_VIDEO_SETTINGS),
        () => {},
      ),
  };
}

/** In the order of the keys. Only the relay can write them, so their shape is not checked again. */
function changesOf(snapshot: DataSnapshot): Map<number, MirroredChange> {
  const changes = new Map<number, MirroredChange>();
  snapshot.forEach((child) => {
    const change: MirroredChange = child.val();
    changes.set(Number(child.key), change);
  });
  return changes;
}
