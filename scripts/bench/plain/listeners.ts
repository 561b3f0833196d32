import { type FirebaseApp, deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, limitToLast, onChildAdded, onValue, query, ref } from "firebase/database";
import { io } from "socket.io-client";
import { projectId } from "../../platform/paths.ts";

/** Listeners of a video, each with a connection of its own. */
export interface Listeners {
  /** Waits until each has heard of this many comments, for a minute at most. */
  waitFor(comments: number): Promise<void>;
  close(): Promise<void>;
}

/** Is told that a listener has now heard of so many comments of the video. */
export type OnHeard = (comments: number) => void;

const MAX_WAIT_MS = 60_000;

/** Browsers of ours: the `firebase` SDK on the video's changes. Several may arrive in one update. */
export async function listenToOurs(
  rtdbHost: string,
  videoId: string,
  count: number,
  onHeard: OnHeard,
): Promise<Listeners> {
  const apps: FirebaseApp[] = [];
  const hearing = createHearing(count, onHeard);
  for (let listener = 0; listener < count; listener += 1) {
    const databaseURL = `http://${rtdbHost}/?ns=${projectId}-default-rtdb`;
    const app = initializeApp({ projectId, apiKey: "local", databaseURL }, `${videoId}-${listener}`);
    apps.push(app);
    const database = getDatabase(app);
    await new Promise<void>((resolve) => {
      onValue(ref(database, `sync/${videoId}`), () => resolve(), { onlyOnce: true });
    });
    const changes = query(ref(database, `changes/${videoId}`), limitToLast(200));
    // A change's key is its number.
    onChildAdded(changes, ({ key }) => hearing.hear(listener, Number(key)));
  }
  return {
    waitFor: (comments: number) => hearing.waitFor(comments),
    async close() {
      for (const app of apps) goOffline(getDatabase(app));
      await Promise.all(apps.map((app) => deleteApp(app)));
    },
  };
}

/** Browsers of the plain server. */
export async function listenToPlain(url: string, videoId: string, count: number, onHeard: OnHeard): Promise<Listeners> {
  const hearing = createHearing(count, onHeard);
  const sockets = Array.from({ length: count }, (_, listener) => {
    const socket = io(url, { transports: ["websocket"], forceNew: true });
    let heard = 0;
    socket.on("comment", () => hearing.hear(listener, (heard += 1)));
    return socket;
  });
  await Promise.all(sockets.map((socket) => socket.emitWithAck("watch", videoId)));
  return {
    waitFor: (comments: number) => hearing.waitFor(comments),
    async close() {
      for (const socket of sockets) socket.disconnect();
    },
  };
}

function createHearing(count: number, onHeard: OnHeard) {
  const heard = Array<number>(count).fill(0);
  return {
    hear(listener: number, comments: number) {
      heard[listener] = Math.max(heard[listener] ?? 0, comments);
      onHeard(comments);
    },
    async waitFor(comments: number): Promise<void> {
      const endsAt = performance.now() + MAX_WAIT_MS;
      while (heard.some((number) => number < comments)) {
        if (performance.now() > endsAt) throw new Error(`only ${Math.min(...heard)} of ${comments} comments arrived`);
        await new Promise((resolve) => {
          setTimeout(resolve, 2);
        });
      }
    },
  };
}
