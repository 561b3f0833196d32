import { beforeAll, describe, expect, test } from "@jest/globals";
import { get, ref, remove, set, update } from "firebase/database";
import { randomUUID } from "node:crypto";
import { DEFAULT_VIDEO_SETTINGS } from "../../../functions/src/contract/moderation.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import type { RealtimeClient } from "../../support/realtime/realtime-client.ts";
import { watch } from "../../support/realtime/presence.ts";
import { RULES } from "../../support/realtime/rules.ts";

const refused = expect.objectContaining({ code: "PERMISSION_DENIED" });

describe("the security rules", () => {
  const app = useApp({ rules: RULES, users: { ada: "user" } });
  const { ada } = app.users;
  let client: RealtimeClient;
  const video = `v-${randomUUID()}`;
  beforeAll(async () => {
    client = await app.connect(ada.firebaseToken);
    await watch(client, ada, video);
  });

  const forged = { id: "c", content: "forged", user: { id: "u", username: "ada" }, version: 1, seq: 1 };
  const place = (path: string) => ref(client.database, path);

  test("let a client write no comment, change, setting or fence, neither alone nor in one update", async () => {
    await expect(set(place(`comments/${video}/c`), forged)).rejects.toEqual(refused);
    await expect(remove(place(`comments/${video}`))).rejects.toEqual(refused);
    await expect(set(place(`changes/${video}/1`), forged)).rejects.toEqual(refused);
    await expect(set(place(`sync/${video}`), { epoch: 1, from: 0, to: 1, at: 1 })).rejects.toEqual(refused);
    await expect(set(place(`videos/${video}`), DEFAULT_VIDEO_SETTINGS)).rejects.toEqual(refused);
    const inOneUpdate = { [`comments/${video}/c`]: forged, [`sync/${video}`]: { epoch: 1, from: 0, to: 1, at: 1 } };
    await expect(update(place("/"), inOneUpdate)).rejects.toEqual(refused);
  });

  test("control: the same write succeeds under rules that do not ask for the relay", async () => {
    const weakened = RULES.replaceAll("auth.uid === 'relay' &&", "true ||");
    expect(weakened).not.toBe(RULES);
    await using open = await startApp({ rules: weakened });
    const { database } = await open.connect((await open.user()).firebaseToken);
    await set(ref(database, `comments/${video}/c`), forged);
  });

  test("let everybody read a video, and nobody what is above it", async () => {
    expect((await get(place(`comments/${video}`))).exists()).toBe(false);
    for (const path of ["/", "comments", "changes", "videos", "sync", "presence", "revoked", "online", "watching"]) {
      await expect(get(place(path))).rejects.toThrow(/permission denied/i);
    }
  });

  test("let a user write their own presence, and nobody else's or everyone's", async () => {
    const me = ada.id;
    await set(place(`presence/${video}/${me}`), { online: true, last_seen: 1 });
    await expect(set(place(`presence/${video}/another`), { online: true, last_seen: 1 })).rejects.toEqual(refused);
    await expect(remove(place(`presence/${video}`))).rejects.toEqual(refused);
    await expect(set(place(`presence/${video}/${me}`), { online: "yes", last_seen: 1 })).rejects.toEqual(refused);
    await remove(place(`presence/${video}/${me}`));
  });
});
