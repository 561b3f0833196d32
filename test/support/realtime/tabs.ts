import { afterEach } from "@jest/globals";
import { goOffline } from "firebase/database";
import { type PresenceParts, type PresenceState, Presence } from "../../../web/src/presence/index.ts";
import type { App } from "../app/app.ts";
import type { Client } from "../app/client.ts";
import { rtdbHost } from "../app/processes/process-env.ts";
import { until } from "../until.ts";
import { type RealtimeClient, createRealtimeClient } from "./realtime-client.ts";

/** A tab in which somebody watches a video: the browser client's presence on the real SDK, with a connection of its own. */
export interface Tab {
  readonly client: RealtimeClient;
  readonly presence: Presence;
  /** How often the session asked whether it may be present. */
  readonly calls: { authorized: number };
  readonly state: PresenceState;
  /** Closes the connection, without a word from the presence: as when the tab is killed. */
  kill(): Promise<void>;
}

interface TabOptions extends Pick<PresenceParts, "heartbeatMs"> {
  /** The Realtime Database, or a proxy before it. */
  host?: string;
  /** Called when the API has authorized the session. */
  onAuthorized?: () => void;
  /** Whether Firebase is signed in only when the API has authorized the session, as in the browser client. */
  signsInLate?: boolean;
  /** The tab whose connection this one shares: two elements in one page. */
  beside?: Tab;
}

/** Opens a tab of the user's session; without a user, of somebody who is signed out. */
async function openTab(app: App, videoId: string, user?: Client, options: TabOptions = {}): Promise<Tab> {
  const { host = rtdbHost(app.context.config), onAuthorized, signsInLate = false, beside, ...rest } = options;
  const client = beside?.client ?? (await createRealtimeClient(signsInLate ? undefined : user?.firebaseToken, host));
  const calls = { authorized: 0 };
  const viewer = user && {
    userId: user.id,
    sessionId: user.session?.session.id ?? "",
    async authorize() {
      calls.authorized += 1;
      const { status } = await user.call("POST", "/realtime/token", { video_id: videoId });
      if (status !== 200) throw new Error(`not authorized: ${status}`);
      if (signsInLate && calls.authorized === 1) await client.signIn(user.firebaseToken);
      onAuthorized?.();
    },
  };
  const presence = new Presence({ database: client.database, videoId, ...(viewer && { viewer }), ...rest });
  let killed: Promise<void> | undefined;
  async function kill(): Promise<void> {
    if (beside) return presence.leave();
    goOffline(client.database);
    await presence.leave();
    return client.close();
  }
  return {
    client,
    presence,
    calls,
    get state() {
      return presence.state;
    },
    kill: () => (killed ??= kill()),
  };
}

/** Opens tabs, and closes them after each test. */
export function useTabs(app: App) {
  const open: Tab[] = [];
  afterEach(async () => {
    // In this order, a tab that shares a connection leaves before it is closed.
    for (const tab of open.splice(0).toReversed()) {
      await tab.presence.leave();
      await tab.kill();
    }
  });
  return async (user: Client | undefined, videoId: string, options: TabOptions = {}): Promise<Tab> => {
    const tab = await openTab(app, videoId, user, options);
    open.push(tab);
    return tab;
  };
}

/** Waits until the tab sees exactly these users. */
export async function untilSees(tab: Tab, ...users: Client[]): Promise<void> {
  const ids = users.map(({ id }) => id).toSorted();
  await until(`${ids.length} viewers`, () => {
    const seen = tab.state.users?.map(({ userId }) => userId).toSorted();
    return seen !== undefined && JSON.stringify(seen) === JSON.stringify(ids);
  });
}
