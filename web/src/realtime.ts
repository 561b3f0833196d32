import { initializeApp } from "firebase/app";
import { connectAuthEmulator, inMemoryPersistence, initializeAuth } from "firebase/auth";
import {
  type DataSnapshot,
  type Database,
  forceWebSockets,
  getDatabase,
  limitToLast,
  onValue,
  orderByKey,
  query,
  ref,
  startAt,
} from "firebase/database";
import type { Api } from "./api.ts";
import { sendRequest } from "./http.ts";
import { followSession } from "./identity.ts";
import { withRetries } from "./retry.ts";
import type { SessionStore } from "./session.ts";
import { type Comment, type MirroredChange, changeKey, paths } from "./wire.ts";

export type Stop = () => void;

/** The live source. Callbacks always get the whole state of what is watched, not a difference. */
export interface Realtime {
  /** The newest `count` comments, oldest first. */
  watchNewest: (
    videoId: string,
    count: number,
    onComments: (comments: Comment[]) => void,
    onRefused: () => void,
  ) => Stop;
  /** The changes after change number `after`, in order, as far as they are kept. */
  watchChanges: (videoId: string, after: number, onChanges: (changes: Map<number, MirroredChange>) => void) => Stop;
  watchConnection: (onChange: (isConnected: boolean) => void) => Stop;
}

/**
 * Connects to this site's Realtime Database. Retries until the site's settings are there. Anyone may listen; a signed-in user is
 * signed in to Firebase too, for what only users may do.
 */
export async function connectRealtime(api: Api, sessions: SessionStore): Promise<Realtime> {
  const [firebaseConfig, settings] = await Promise.all([
    withRetries(hostingConfig, { attempts: Number.POSITIVE_INFINITY }),
    withRetries(() => api.realtimeSettings(), { attempts: Number.POSITIVE_INFINITY }),
  ]);
  const app = initializeApp(firebaseConfig);
  // Only our own session is stored: a second store of credentials would have to be kept in step with it.
  const auth = initializeAuth(app, { persistence: inMemoryPersistence });
  if (settings.auth_emulator_url) connectAuthEmulator(auth, settings.auth_emulator_url, { disableWarnings: true });
  // The other transport is JSONP: scripts from another host, which the page's CSP refuses.
  forceWebSockets();
  const realtime = createRealtime(getDatabase(app, settings.database_url));
  const follow = followSession(auth, sessions, api);
  sessions.subscribe(follow);
  realtime.watchConnection((isConnected) => {
    if (isConnected) follow();
  });
  return realtime;
}

export function createRealtime(database: Database): Realtime {
  return {
    watchNewest: (videoId, count, onComments, onRefused) =>
      onValue(
        query(ref(database, paths.comments(videoId)), orderByKey(), limitToLast(count)),
        (snapshot) => onComments(childrenOf<Comment>(snapshot).map(([, comment]) => comment)),
        onRefused,
      ),
    watchChanges: (videoId, after, onChanges) =>
      onValue(query(ref(database, paths.changes(videoId)), orderByKey(), startAt(changeKey(after + 1))), (snapshot) =>
        onChanges(new Map(childrenOf<MirroredChange>(snapshot).map(([key, change]) => [Number(key), change]))),
      ),
    watchConnection: (onChange) =>
      onValue(ref(database, ".info/connected"), (snapshot) => onChange(snapshot.val() === true)),
  };
}

/** In the query's order. Only the relay can write them, so their shape is not checked again. */
function childrenOf<T>(snapshot: DataSnapshot): [string, T][] {
  const children: [string, T][] = [];
  snapshot.forEach((child) => {
    const value: T = child.val();
    children.push([child.key, value]);
  });
  return children;
}

/** The site's own Firebase settings, which Firebase Hosting serves. */
async function hostingConfig(): Promise<Record<string, string>> {
  return sendRequest("", { method: "GET", path: "/__/firebase/init.json" });
}
