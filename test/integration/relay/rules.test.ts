import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { get, ref, remove, set, update } from "firebase/database";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type RtdbServer, startRtdbServer } from "../../../rtdb-server/server.ts";
import { createTestContext, type TestContext } from "../../support/app/context.ts";
import { createApp } from "../../../functions/src/app.ts";
import { createUser } from "../../support/app/users.ts";
import type { Client } from "../../support/app/client.ts";
import { type RealtimeClient, createRealtimeClient } from "../../support/realtime/realtime-client.ts";

const rules = await readFile(new URL("../../../database.rules.json", import.meta.url), "utf8");
const refused = expect.objectContaining({ code: "PERMISSION_DENIED" });

/** A server with these rules, and the SDK of a signed-in user on it. */
async function withRules(text: string, session: Client): Promise<{ server: RtdbServer; client: RealtimeClient }> {
  const server = await startRtdbServer({ rules: text });
  const client = await createRealtimeClient(session.session!.firebase_token, `${server.host}:${server.port}`);
  return { server, client };
}

describe("the security rules", () => {
  let context: TestContext;
  let ada: Client;
  let server: RtdbServer;
  let client: RealtimeClient;

  beforeAll(async () => {
    context = await createTestContext();
    const app = createApp(context);
    ada = await createUser((path, init) => app.request(path, init));
    ({ server, client } = await withRules(rules, ada));
  });
  afterAll(async () => {
    await client.close();
    await server.close();
    await context.close();
  });

  const video = `v-${randomUUID()}`;
  const forged = { id: "c", content: "forged", user: { id: "u", username: "ada" }, version: 1, seq: 1 };
  const place = (path: string) => ref(client.database, path);

  test("let a client write no comment, change or fence, neither alone nor in one update", async () => {
    await expect(set(place(`comments/${video}/c`), forged)).rejects.toEqual(refused);
    await expect(remove(place(`comments/${video}`))).rejects.toEqual(refused);
    await expect(set(place(`changes/${video}/1`), forged)).rejects.toEqual(refused);
    await expect(set(place(`sync/${video}`), { epoch: 1, from: 0, to: 1, at: 1 })).rejects.toEqual(refused);
    const inOneUpdate = { [`comments/${video}/c`]: forged, [`sync/${video}`]: { epoch: 1, from: 0, to: 1, at: 1 } };
    await expect(update(place("/"), inOneUpdate)).rejects.toEqual(refused);
  });

  test("control: the same write succeeds under rules that do not ask for the relay", async () => {
    const weakened = rules.replaceAll("auth.uid === 'relay' &&", "true ||");
    expect(weakened).not.toBe(rules);
    const open = await withRules(weakened, ada);
    try {
      await set(ref(open.client.database, `comments/${video}/c`), forged);
    } finally {
      await open.client.close();
      await open.server.close();
    }
  });

  test("let everybody read a video, and nobody what is above it", async () => {
    expect((await get(place(`comments/${video}`))).exists()).toBe(false);
    for (const path of ["/", "comments", "changes", "sync", "presence", "revoked"]) {
      await expect(get(place(path))).rejects.toThrow(/permission denied/i);
    }
  });

  test("let a user write their own presence, and nobody else's or everyone's", async () => {
    const me = ada.session!.user.id;
    await set(place(`presence/${video}/${me}`), { online: true, last_seen: 1 });
    await expect(set(place(`presence/${video}/another`), { online: true, last_seen: 1 })).rejects.toEqual(refused);
    await expect(remove(place(`presence/${video}`))).rejects.toEqual(refused);
    await expect(set(place(`presence/${video}/${me}`), { online: "yes", last_seen: 1 })).rejects.toEqual(refused);
    await remove(place(`presence/${video}/${me}`));
  });
});
