import { initializeApp } from "firebase/app";
import { connectAuthEmulator, inMemoryPersistence, initializeAuth } from "firebase/auth";
import type { DataSnapshot, Database } from "firebase/database";
import { forceWebSockets, getDatabase, limitToLast, onValue, orderByKey, query, ref, startAt } from "firebase/database";
import type { Api } from "./api.ts";
import { sendRequest } from "./http.ts";
import { followSession } from "./identity.ts";
import { withRetries } from "./retry.ts";
import type { SessionStore } from "./session.ts";
import type { Change, Comment } from "./wire.ts";

export type Stop = () => void;

/** Where a browser listens. What it calls back with is the whole state of what is watched, never a step of it. */
export interface Realtime {
  /** The newest `count` comments, oldest first. */
  watchNewest: (
    videoId: string,
    count: number,
    onComments: (comments: Comment[]) => void,
    onRefused: () => void,
  ) => Stop;
  /** The changes after number `after` that are kept (the last 200), in order. */
  watchChanges: (videoId: string, after: number, onChanges: (changes: Map<number, Change>) => void) => Stop;
  watchConnection: (onChange: (isConnected: boolean) => void) => Stop;
}

/** The digits of a change's key, so that the order of the keys is the order of the numbers. */
const CHANGE_KEY_DIGITS = 16;

/**
 * Connects to the Realtime Database of this site, and keeps trying until its settings are there. Anyone may listen; a signed-in
 * user is also signed in there, for what only users may do.
 */
export async function connectRealtime(api: Api, sessions: SessionStore): Promise<Realtime> {
  const [firebaseConfig, settings] = await Promise.all([
    withRetries(hostingConfig, { attempts: Number.POSITIVE_INFINITY }),
    withRetries(() => api.realtimeSettings(), { attempts: Number.POSITIVE_INFINITY }),
  ]);
  const app = initializeApp(firebaseConfig);
  // Our own session is the one that lasts; a second store of credentials would have to be kept in step with it.
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
        query(ref(database, `comments/${videoId}`), orderByKey(), limitToLast(count)),
        (snapshot) => onComments(children<Comment>(snapshot).map(([, comment]) => comment)),
        onRefused,
      ),
    watchChanges: (videoId, after, onChanges) =>
      onValue(query(ref(database, `changes/${videoId}`), orderByKey(), startAt(changeKey(after + 1))), (snapshot) =>
        onChanges(new Map(children<Change>(snapshot).map(([key, change]) => [Number(key), change]))),
      ),
    watchConnection: (onChange) =>
      onValue(ref(database, ".info/connected"), (snapshot) => onChange(snapshot.val() === true)),
  };
}

function changeKey(seq: number): string {
  return String(seq).padStart(CHANGE_KEY_DIGITS, "0");
}

/** In the query's order. The relay alone can write them, so their shape is not checked again. */
function children<T>(snapshot: DataSnapshot): [string, T][] {
  const found: [string, T][] = [];
  snapshot.forEach((child) => {
    const value: T = child.val();
    found.push([child.key, value]);
  });
  return found;
}

/** The site's own Firebase settings, which Firebase Hosting serves. */
async function hostingConfig(): Promise<Record<string, string>> {
  return sendRequest("", { method: "GET", path: "/__/firebase/init.json" });
}
