import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { MIN_GONE_AFTER_SECONDS } from "../../../functions/src/contract/presence.ts";
import type { PresenceNode } from "../../../functions/src/contract/realtime-nodes.ts";
import type { Client } from "../../support/app/client.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { useApp } from "../../support/app/use-app.ts";
import { type TcpProxy, createTcpProxy } from "../../support/network/tcp-proxy.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { type Tab, untilSees, useTabs } from "../../support/realtime/tabs.ts";
import { countNow, createDelayQueue, present, writePresence } from "../../support/relay/audiences.ts";
import { readAsAdministrator } from "../../support/relay/user-relay.ts";
import { until } from "../../support/until.ts";

const { queue } = createDelayQueue();
const app = useApp({ rules: RULES, users: { ada: "user", eve: "user" }, parts: { audienceQueue: queue } });
const { ada, eve } = app.users;
const proxies: TcpProxy[] = [];
const tabOf = useTabs(app);

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function proxyToRtdb(): Promise<TcpProxy> {
  const proxy = await createTcpProxy(Number(rtdbHost(app.context.config).split(":")[1]));
  proxies.push(proxy);
  return proxy;
}

const presenceOf = async (video: string, user: Client) =>
  (await readAsAdministrator(app, paths.userPresence(video, user.id))) as PresenceNode | null;
const connectionsOf = async (video: string, user: Client) =>
  Object.keys((await presenceOf(video, user))?.connections ?? {});

/** Whether a tab knows who is there, if nothing changes for so long. */
function isKnownAfter({ presence }: Tab, ms: number): boolean {
  const now = jest.spyOn(Date, "now").mockReturnValue(Date.now() + ms);
  const { isKnown } = presence;
  now.mockRestore();
  return isKnown;
}

describe("a tab", () => {
  test("without a connection for 45 s does not know who is there, and knows it again with the next one", async () => {
    const video = app.newVideoId();
    const proxy = await proxyToRtdb();
    const tab = await tabOf(ada, video, { host: `127.0.0.1:${proxy.port}` });
    await untilSees(tab, ada);
    proxy.refuse(true);
    proxy.cut();
    await until("the loss", () => !isKnownAfter(tab, 46_000));
    // A short loss changes nothing.
    expect(isKnownAfter(tab, 20_000)).toBe(true);
    proxy.refuse(false);
    await until("the next connection", () => isKnownAfter(tab, 3_600_000));
  });

  test("appears to everybody, and is gone when it leaves", async () => {
    const video = app.newVideoId();
    const reader = await tabOf(undefined, video);
    const tab = await tabOf(ada, video);
    await tabOf(eve, video);
    await untilSees(reader, ada, eve);
    expect(reader.state.users).toEqual(
      [ada, eve].map(({ id }) => ({ userId: id, state: "active" })).toSorted((a, b) => (a.userId < b.userId ? -1 : 1)),
    );
    await tab.presence.leave();
    await untilSees(reader, eve);
    expect(await presenceOf(video, ada)).toEqual({ online: false, last_seen: expect.any(Number) });
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  });

  test("that leaves while its entry is on the way leaves nothing behind, though its connection lives on", async () => {
    const video = app.newVideoId();
    let onAuthorized = () => {};
    const authorized = new Promise<void>((resolve) => {
      onAuthorized = resolve;
    });
    const tab = await tabOf(ada, video, { onAuthorized });
    await authorized;
    // Now the entry is sent, and not yet acknowledged.
    await new Promise(setImmediate);
    await tab.presence.leave();
    expect(await presenceOf(video, ada)).toEqual({ online: false, last_seen: expect.any(Number) });
  });

  test("that is killed is gone without a word of its own", async () => {
    const video = app.newVideoId();
    const reader = await tabOf(undefined, video);
    const tab = await tabOf(ada, video);
    await untilSees(reader, ada);
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
    await tab.kill();
    await untilSees(reader);
    expect(await countNow(app, video)).toMatchObject({ viewers: 0 });
  });

  test("keeps its user there when another one closes, on the same device or on another", async () => {
    const video = app.newVideoId();
    const laptop = await ada.onDevice("laptop");
    const reader = await tabOf(undefined, video);
    const tabs = [await tabOf(ada, video), await tabOf(ada, video), await tabOf(laptop, video)];
    await until("three connections", async () => (await connectionsOf(video, ada)).length === 3);
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
    for (const [n, tab] of tabs.entries()) {
      await tab.kill();
      const left = tabs.length - 1 - n;
      await until(`${left} connections`, async () => (await connectionsOf(video, ada)).length === left);
      await until(`online: ${left > 0}`, async () => (await presenceOf(video, ada))?.online === left > 0);
      expect(await countNow(app, video)).toMatchObject({ viewers: left > 0 ? 1 : 0 });
    }
    await untilSees(reader);
  });

  test("that finds its user marked offline, or removed, marks the user online again", async () => {
    const video = app.newVideoId();
    await tabOf(ada, video);
    const isOnline = async () => (await presenceOf(video, ada))?.online === true;
    await until("presence", isOnline);
    await writePresence(app, video, { [ada.id]: { online: false, last_seen: 1 } });
    await until("presence again", isOnline);
    await administer("DELETE", paths.presence(video), undefined, rtdbHost(app.context.config));
    await until("presence after it was removed", isOnline);
    expect(await connectionsOf(video, ada)).toHaveLength(1);
  });

  test("gives a heartbeat", async () => {
    const video = app.newVideoId();
    await tabOf(ada, video, { heartbeatMs: 50 });
    const lastSeen = async () => (await presenceOf(video, ada))?.last_seen ?? 0;
    await until("presence", async () => (await lastSeen()) > 0);
    const first = await lastSeen();
    await until("a heartbeat", async () => (await lastSeen()) > first);
  });

  test("is there again after each reconnection, with its removal arranged again", async () => {
    const proxy = await proxyToRtdb();
    const video = app.newVideoId();
    const reader = await tabOf(undefined, video);
    const tab = await tabOf(ada, video, { host: `127.0.0.1:${proxy.port}` });
    await untilSees(reader, ada);
    for (let n = 0; n < 2; n += 1) {
      proxy.refuse(true);
      proxy.cut();
      await untilSees(reader);
      proxy.refuse(false);
      await untilSees(reader, ada);
    }
    await tab.kill();
    await untilSees(reader);
    expect(await connectionsOf(video, ada)).toEqual([]);
  });

  test("whose network is cut without a word is removed once it gave no sign for long, and comes back by itself", async () => {
    const proxy = await proxyToRtdb();
    const video = app.newVideoId();
    await tabOf(ada, video, { host: `127.0.0.1:${proxy.port}` });
    await until("presence", async () => (await connectionsOf(video, ada)).length === 1);
    proxy.silence(true);
    proxy.freeze();
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
    const [key = ""] = await connectionsOf(video, ada);
    await writePresence(app, video, { [ada.id]: present(key, MIN_GONE_AFTER_SECONDS + 1) });
    expect(await countNow(app, video)).toMatchObject({ viewers: 0 });
    expect(await presenceOf(video, ada)).toBeNull();
    proxy.silence(false);
    proxy.cut();
    await until("presence again", async () => (await connectionsOf(video, ada)).length === 1);
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  });

  test("of a session that ends is gone with the response, and does not come back; the user's other session stays", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    const laptop = await user.onDevice("laptop");
    const ended = await tabOf(user, video, { heartbeatMs: 50 });
    await tabOf(laptop, video, { heartbeatMs: 50 });
    await until("two connections", async () => (await connectionsOf(video, user)).length === 2);
    await user.signOut();
    const sessionOf = (key: string) => key.split("_")[0];
    expect((await connectionsOf(video, user)).map(sessionOf)).toEqual([laptop.session?.session.id]);
    await until("a refused attempt to come back", () => ended.calls.authorized > 1);
    expect((await connectionsOf(video, user)).map(sessionOf)).toEqual([laptop.session?.session.id]);
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
    expect(await presenceOf(video, user)).toMatchObject({ online: true });
  });

  test("of two elements on one connection stays when one of them leaves, and is gone with the connection", async () => {
    const video = app.newVideoId();
    const reader = await tabOf(undefined, video);
    const tab = await tabOf(ada, video);
    await until("one connection", async () => (await connectionsOf(video, ada)).length === 1);
    // It hears at once what the connection has already.
    const second = await tabOf(ada, video, { beside: tab });
    await until("two connections", async () => (await connectionsOf(video, ada)).length === 2);
    await second.presence.leave();
    await until("one of them stays", async () => (await presenceOf(video, ada))?.online === true);
    expect(await connectionsOf(video, ada)).toHaveLength(1);
    await tab.kill();
    await untilSees(reader);
    expect(await presenceOf(video, ada)).toEqual({ online: false, last_seen: expect.any(Number) });
  });

  test("beyond the eight of a session shares an entry, and stays when the other one closes", async () => {
    const video = app.newVideoId();
    const tabs: Tab[] = [];
    for (let n = 1; n <= 9; n += 1) {
      tabs.push(await tabOf(eve, video));
      await until(`${n} connections`, async () => (await connectionsOf(video, eve)).length === Math.min(8, n));
    }
    for (const tab of tabs.slice(0, 8)) await tab.kill();
    await until("one connection", async () => (await connectionsOf(video, eve)).length === 1);
    await until("online", async () => (await presenceOf(video, eve))?.online === true);
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  });

  test("has its viewers counted again if nobody counts", async () => {
    const video = app.newVideoId();
    const tab = await tabOf(ada, video, { heartbeatMs: 50 });
    await until("a second call", () => tab.calls.authorized > 1);
    await countNow(app, video);
    await until("the count", () => tab.state.viewers === 1);
  });
});
