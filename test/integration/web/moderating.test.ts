import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Ban } from "../../../functions/src/contract/moderation.ts";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { banUser } from "../../../web/element/dialogs/ban-user.ts";
import { RoomSettings } from "../../../web/element/room/settings.ts";
import { Api } from "../../../web/src/api/api.ts";
import { type Client, password } from "../../support/app/client.ts";
import { createUser, createUserOf } from "../../support/app/users.ts";
import { Tabs } from "../../support/client/tabs.ts";
import { environment, sendToPlatform } from "../../support/environment.ts";

let db: Db;
let moderator: Client;
let api: Api;

beforeAll(async () => {
  db = openDatabase({ url: environment("MYSQL_URL"), connections: 1 });
  moderator = await createUserOf({ db }, sendToPlatform, "moderator");
  const sessions = new Tabs().open();
  api = new Api({ base: environment("API_URL"), name: "test", sessions, locks: navigator.locks });
  sessions.start(await api.call("signIn", { email: moderator.email, password, device: { id: "element" } }));
});

afterAll(() => db.destroy());

const bansOf = async ({ id }: Client) =>
  (await moderator.call<{ bans: Ban[] }>("GET", `/moderation/bans?user_id=${id}`)).body.bans;

test("taking back a ban that replaced another one puts that one back; taking back a first one lifts it", async () => {
  const ada = await createUser(sendToPlatform);
  const video_id = `v-${randomUUID()}`;
  const ban = { user_id: ada.id, ends_at: null };
  const undoFirst = await banUser(api.calls, { ...ban, video_id, reason: "for good" });
  const elsewhere = await banUser(api.calls, { ...ban, video_id: null, reason: "everywhere" });
  const ends_at = new Date(Date.now() + 3_600_000).toISOString();
  const undoSecond = await banUser(api.calls, { ...ban, video_id, ends_at, reason: "for an hour" });
  await undoSecond?.();
  expect(await bansOf(ada)).toMatchObject([
    { video_id: null, reason: "everywhere" },
    { video_id, ends_at: null, reason: "for good" },
  ]);
  await elsewhere?.();
  await undoFirst?.();
  expect(await bansOf(ada)).toEqual([]);
});

test("taking back one setting leaves what another moderator has changed since", async () => {
  const videoId = `v-${randomUUID()}`;
  const settings = new RoomSettings({ api: api.calls }, videoId, () => undefined);
  await settings.read();
  const before = await settings.change({ slow_mode_seconds: 30 });
  await moderator.configure(videoId, { hold_for_review: true });
  await settings.change(before);
  const { body } = await moderator.call<{ video: object }>("GET", `/videos/${videoId}`);
  expect(body.video).toMatchObject({ slow_mode_seconds: 0, hold_for_review: true });
});
