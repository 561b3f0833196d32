import { afterEach } from "@jest/globals";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { Api } from "../../../web/src/api/api.ts";
import type { OutboxItem } from "../../../web/src/outbox/item.ts";
import { Outbox } from "../../../web/src/outbox/outbox.ts";
import type { SessionStore } from "../../../web/src/session/session-store.ts";
import { Database } from "../../../web/src/storage/database.ts";
import { OutboxStore } from "../../../web/src/storage/outbox-store.ts";
import { signedIn, Tabs } from "./tabs.ts";
import { type HttpServer, type Received, startHttpServer } from "../network/http-server.ts";
import type { Locks } from "../../../web/src/locks.ts";

type Handler = (request: Received) => Response | undefined | Promise<Response | undefined>;

export const comment = (id: string, content: string, more: Partial<Comment> = {}): Comment => ({
  id,
  content,
  user: { id: "ada", username: "ada" },
  created_at: "",
  updated_at: "",
  version: 1,
  seq: 1,
  edited: false,
  ...more,
});

/** Posts that the API has accepted: the content by its key, in order. */
export type Posted = Map<string, string>;

/** Accepts posts as the API does: once for each key. */
export function acceptInto(posted: Posted): Handler {
  return ({ method, headers, body }) => {
    const key = headers.get("idempotency-key");
    if (method !== "POST" || key === null) return undefined;
    const { content } = body as { content: string };
    posted.set(key, content);
    return Response.json({ comment: comment(String([...posted.keys()].indexOf(key)), content) }, { status: 201 });
  };
}

export interface Browser {
  server: HttpServer;
  sessions: SessionStore;
  store: OutboxStore;
  /** A page of this browser: it shares the session and the store. */
  openPage: () => Outbox;
}

/** Makes browsers in which ada is signed in, of a server with a handler. Everything is closed after each test. */
export function useBrowsers(): (handler: Handler, locking?: { locks: Locks | undefined }) => Promise<Browser> {
  const closings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).toReversed()) await close();
  });
  return async (handler, { locks } = navigator) => {
    const server = await startHttpServer(handler);
    closings.push(() => server.close());
    const tabs = new Tabs();
    const sessions = tabs.open();
    sessions.start(signedIn("ada", 1));
    // Node has no IndexedDB: as in a browser that blocks it.
    const store = new OutboxStore(() => Promise.resolve(new Database("blocked")));
    const name = server.url;
    const openPage = () => {
      const own = tabs.open();
      const wait = () => Promise.resolve();
      const api = new Api({ base: server.url, name, sessions: own, locks: navigator.locks, wait });
      const outbox = new Outbox({ api, sessions: own, store, locks, name });
      closings.push(() => outbox.close());
      return outbox;
    };
    return { server, sessions, store, openPage };
  };
}

export const statesOf = (outbox: Outbox) => outbox.itemsOf("v").map(({ content, state }) => `${content} ${state}`);
export const areAll = (outbox: Outbox, state: OutboxItem["state"], count: number) => () => {
  const items = outbox.itemsOf("v");
  return items.length === count && items.every((item) => item.state === state);
};
