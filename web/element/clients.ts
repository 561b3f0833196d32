import { type AppCheckSource, createLiveComments, type FirebaseSettings, type LiveComments } from "../src/index.ts";

interface Shared {
  key: string;
  appCheck: AppCheckSource | undefined;
  client: LiveComments;
  users: number;
}

interface ClientSource {
  api: string;
  firebase: FirebaseSettings | undefined;
  appCheck: AppCheckSource | undefined;
}

const clients = new Set<Shared>();

/**
 * A client for an element. The elements of a page with the same API, Firebase settings and App Check share one; the last one that
 * releases it closes it.
 */
export function acquireClient({ api, firebase, appCheck }: ClientSource) {
  const key = JSON.stringify([api, firebase ?? null]);
  const shared = [...clients].find((one) => one.key === key && one.appCheck === appCheck) ?? {
    key,
    appCheck,
    client: createLiveComments({ api, ...(firebase && { firebase }), ...(appCheck && { appCheck }) }),
    users: 0,
  };
  clients.add(shared);
  shared.users += 1;
  let isReleased = false;
  const release = () => {
    if (isReleased) return;
    isReleased = true;
    shared.users -= 1;
    if (shared.users > 0) return;
    clients.delete(shared);
    void shared.client.close();
  };
  return { client: shared.client, release };
}
