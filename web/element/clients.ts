import { createLiveComments, type FirebaseSettings, type LiveComments } from "../src/index.ts";

interface Shared {
  client: LiveComments;
  users: number;
}

const clients = new Map<string, Shared>();

/** A client for an element. The elements of a page that use one API share one client; the last one that releases it closes it. */
export function acquireClient(api: string, firebase: FirebaseSettings | undefined) {
  const key = JSON.stringify([api, firebase ?? null]);
  const shared = clients.get(key) ?? { client: createLiveComments({ api, ...(firebase && { firebase }) }), users: 0 };
  clients.set(key, shared);
  shared.users += 1;
  let isReleased = false;
  const release = () => {
    if (isReleased) return;
    isReleased = true;
    shared.users -= 1;
    if (shared.users > 0) return;
    clients.delete(key);
    void shared.client.close();
  };
  return { client: shared.client, release };
}
