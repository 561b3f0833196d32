import { deleteApp, initializeApp } from "firebase/app";
import { connectDatabaseEmulator, getDatabase, goOffline } from "firebase/database";
import { randomUUID } from "node:crypto";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { Presence } from "../../../web/src/presence/index.ts";
import { projectId } from "../../platform/paths.ts";

/** Writes to the Realtime Database as an administrator. */
async function administer(host: string, path: string, values: Record<string, unknown>): Promise<void> {
  const response = await fetch(`http://${host}/${path}.json?ns=${projectId}-default-rtdb&print=silent`, {
    method: "PATCH",
    headers: { authorization: "Bearer owner" },
    body: JSON.stringify(values),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

/** Makes so many users present on a video, each with one connection, as their clients would write it. */
export async function fillPresence(host: string, videoId: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += 1_000) {
    const ids = Array.from({ length: Math.min(1_000, count - first) }, () => randomUUID());
    const at = Date.now();
    const entry = () => ({
      online: true,
      last_seen: at,
      connections: { [`${randomUUID()}_0`]: { at, state: "active" } },
    });
    await administer(host, paths.presence(videoId), Object.fromEntries(ids.map((id) => [id, entry()])));
  }
}

export interface OpenViewer {
  presence: Presence;
  close(): Promise<void>;
}

/** A viewer with the browser client's presence on the real SDK, through `port`. The session may be present already. */
export async function openViewer(host: string, port: number, videoId: string): Promise<OpenViewer> {
  const [userId, sessionId] = [randomUUID(), randomUUID()];
  await administer(host, paths.watching(userId), { [`${videoId}/${sessionId}`]: true });
  const app = initializeApp({ projectId, apiKey: "local" }, userId);
  const database = getDatabase(app, `http://127.0.0.1:${port}?ns=${projectId}-default-rtdb`);
  const claims = { sub: userId, user_id: userId, sid: sessionId, ends: Date.now() + 3_600_000 };
  connectDatabaseEmulator(database, "127.0.0.1", port, { mockUserToken: claims });
  const presence = new Presence({ database, videoId, viewer: { userId, sessionId, authorize: async () => {} } });
  return {
    presence,
    async close() {
      await presence.leave();
      goOffline(database);
      await deleteApp(app);
    },
  };
}
