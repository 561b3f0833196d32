import { describe, expect, test } from "@jest/globals";
import { child, get, ref, set, update } from "firebase/database";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { MAX_WATCHED_VIDEOS } from "../../../functions/src/contract/limits.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { eraseUser } from "../../../functions/src/services/accounts/user-data.ts";
import { revokeSessions } from "../../../functions/src/services/accounts/sessions/revocation.ts";
import { OPERATOR } from "../../../functions/src/services/operation/audit.ts";
import type { Client } from "../../support/app/client.ts";
import { ageVisits } from "../../support/app/users.ts";
import { useApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { connectionOf, mayWrite, placeOf, watch } from "../../support/realtime/presence.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { awayRealtime, isBehind, readAsAdministrator, relayWith } from "../../support/relay/user-relay.ts";
import { useUserTasks } from "../../support/relay/user-tasks.ts";

describe("a viewer", () => {
  const app = useApp({ rules: RULES });

  /** Opens a tab of the user's session on a video, with a connection. */
  async function appear(user: Client, videoId: string, n = 0) {
    const client = await app.connect(user.firebaseToken);
    const place = await watch(client, user, videoId);
    await set(child(place, `connections/${connectionOf(user, n)}`), { at: 1, state: "active" });
    await update(place, { online: true, last_seen: 1 });
    return place;
  }
  const presenceOn = async (videoId: string) => {
    const { database } = await app.connect();
    return (await get(ref(database, paths.presence(videoId)))).val() as Record<string, object> | null;
  };

  test("is present on a new video as its first one, and on no video without having said so", async () => {
    const user = await app.user();
    const client = await app.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(client, user, app.newVideoId()))).toBe(false);
    const video = app.newVideoId();
    expect(await mayWrite(await watch(client, user, video))).toBe(true);
    expect(await presenceOn(video)).toEqual({ [user.id]: { online: true, last_seen: 1 } });
  });

  const endings: [string, (user: Client) => Promise<unknown>][] = [
    ["is signed out", (user) => user.signOut()],
    ["loses the device", async (user) => user.call("DELETE", `/devices/${(await user.devices())[0]!.id}`)],
    ["is deactivated", async (user) => (await app.admin()).call("PATCH", `/users/${user.id}`, { is_active: false })],
  ];

  test.each(endings)("who %s is gone from every video when the response arrives", async (_, end) => {
    const user = await app.user();
    const other = await app.user();
    const videos = [app.newVideoId(), app.newVideoId(), "__proto__"];
    for (const video of videos) await appear(user, video);
    await appear(other, videos[0]!);
    // Else the relay would remove the video's whole list of who is typing.
    await administer("PUT", paths.userTyping(videos[0]!, other.id), 1, rtdbHost(app.context.config));
    await end(user);
    expect(await presenceOn(videos[0]!)).toEqual({ [other.id]: expect.anything() });
    for (const video of videos.slice(1)) expect(await presenceOn(video)).toBeNull();
    expect(await readAsAdministrator(app, paths.watching(user.id))).toBeNull();
  });

  test("who is erased is gone too", async () => {
    const user = await app.user();
    const video = app.newVideoId();
    await appear(user, video);
    await ageVisits(app, user);
    await eraseUser(app.context, OPERATOR, user.id);
    expect(await presenceOn(video)).toBeNull();
  });

  test("keeps what other sessions wrote when one ends, and is online as long as one of them is connected", async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    const tablet = await phone.onDevice("tablet");
    const video = app.newVideoId();
    await appear(phone, video, 0);
    await appear(phone, video, 7);
    await appear(laptop, video);
    await watch(await app.connect(), tablet, video);
    await phone.signOut();
    const left = { [connectionOf(laptop)]: { at: 1, state: "active" } };
    expect(await presenceOn(video)).toEqual({ [phone.id]: { online: true, last_seen: 1, connections: left } });
    // The tablet may be present, but it is not.
    await laptop.signOut();
    expect(await presenceOn(video)).toEqual({ [phone.id]: { online: false, last_seen: 1 } });
  });

  test("who connects while another session is removed stays online", async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    const video = app.newVideoId();
    await appear(phone, video);
    await watch(await app.connect(), laptop, video);

    const { url } = app.context.config.realtime;
    const late = new (class extends Realtime {
      override async read(path: string): Promise<unknown> {
        const value = await super.read(path);
        if (path === paths.userPresence(video, phone.id)) await appear(laptop, video);
        return value;
      }
    })({ url, timeoutMs: 20_000, credentials: async () => emulatorCredentials() });
    const id = phone.session?.session.id ?? "";
    await app.db.transaction().execute((transaction) => revokeSessions(transaction, phone.id, { ids: [id] }));
    expect(await relayWith(app, { realtime: late }).runTask({ user_id: phone.id })).toBe(true);
    const left = { [connectionOf(laptop)]: { at: 1, state: "active" } };
    expect(await presenceOn(video)).toEqual({ [phone.id]: { online: true, last_seen: 1, connections: left } });
    expect(app.context.logged.filter((line) => line.includes('"alert":"refused"'))).toEqual([]);
  });

  test("who connects while two runs remove another session raises no alert", async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    const video = app.newVideoId();
    await appear(phone, video);
    await watch(await app.connect(), laptop, video);

    const id = phone.session?.session.id ?? "";
    await app.db.transaction().execute((transaction) => revokeSessions(transaction, phone.id, { ids: [id] }));
    let reads = 0;
    const { url } = app.context.config.realtime;
    const late = new (class extends Realtime {
      override async read(path: string): Promise<unknown> {
        const value = await super.read(path);
        if (path === paths.userPresence(video, phone.id)) await appear(laptop, video);
        // The first update was refused. Before the second one, another run relays the user.
        if (path === paths.online(phone.id) && ++reads === 2) await relayWith(app, {}).runTask({ user_id: phone.id });
        return value;
      }
    })({ url, timeoutMs: 20_000, credentials: async () => emulatorCredentials() });
    expect(await relayWith(app, { realtime: late }).runTask({ user_id: phone.id })).toBe(true);
    expect(reads).toBe(3);
    expect(app.context.logged.filter((line) => line.includes('"alert":"refused"'))).toEqual([]);
  });

  test(`is present on ${MAX_WATCHED_VIDEOS} videos at most: the one that began longest ago ends`, async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    const client = await app.connect(phone.firebaseToken);
    const [first, second] = [app.newVideoId(), app.newVideoId()];
    const place = await watch(client, phone, first);
    expect(await mayWrite(place)).toBe(true);
    const other = await watch(client, phone, second);
    expect(await mayWrite(other)).toBe(true);
    for (let n = 2; n < MAX_WATCHED_VIDEOS; n += 1) await watch(client, n % 2 ? laptop : phone, app.newVideoId());
    expect(await mayWrite(place)).toBe(true);

    await watch(client, laptop, app.newVideoId());
    expect(await mayWrite(place)).toBe(false);
    expect(await presenceOn(first)).toBeNull();
    expect(await mayWrite(other)).toBe(true);
    const watched = (await readAsAdministrator(app, paths.watching(phone.id))) as object;
    expect(Object.keys(watched)).toHaveLength(MAX_WATCHED_VIDEOS);
  });

  test("who says it again is not counted again, whichever of many requests come at once", async () => {
    const user = await app.user();
    const video = app.newVideoId();
    const calls = Array.from({ length: 10 }, () => user.call("POST", "/realtime/token", { video_id: video }));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    const rows = await app.db.selectFrom("watched_videos").select("video_id").where("user_id", "=", user.id).execute();
    expect(rows).toEqual([{ video_id: video }]);
  });
});

describe("presence, without inline runs", () => {
  const { app, signOut, relayTask } = useUserTasks();

  test("is removed by the task, once the Realtime Database is back and though an earlier run was not marked", async () => {
    const user = await app.user();
    const client = await app.connect(user.firebaseToken);
    const place = await watch(client, user);
    await relayTask(user);
    expect(await mayWrite(place)).toBe(true);
    await signOut(user);
    const away = relayWith(app, { realtime: awayRealtime(app) });
    expect(await away.runTask({ user_id: user.id })).toBe(false);
    expect((await get(place)).exists()).toBe(true);
    await relayTask(user);
    expect((await get(place)).exists()).toBe(false);

    await app.db.updateTable("user_mirrors").set({ applied_seq: 0 }).where("user_id", "=", user.id).execute();
    expect(await Promise.all([relayTask(user), relayTask(user)])).toEqual([true, true]);
    expect(await isBehind(app, user)).toBe(false);
    expect((await get(place)).exists()).toBe(false);
  });
});
