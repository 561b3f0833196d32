import { describe, expect, test } from "@jest/globals";
import { get, ref, set } from "firebase/database";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { sweepUsers } from "../../../functions/src/relay/users/user-sweep.ts";
import type { UserTask } from "../../../functions/src/relay/queue/queue.ts";
import { runUserTask } from "../../../functions/src/relay/users/user-task.ts";
import { findMirror } from "../../../functions/src/tables/sync/user-mirrors.ts";
import type { App } from "../../support/app/app.ts";
import { useApp } from "../../support/app/use-app.ts";
import { createUser } from "../../support/app/users.ts";
import { mayWrite, placeOf } from "../../support/realtime/presence.ts";

const rules = await readFile(new URL("../../../database.rules.json", import.meta.url), "utf8");

describe("when the run of its own does nothing", () => {
  const tasks: UserTask[] = [];
  const world = useApp({
    rules,
    env: { INLINE_RELAY_DEADLINE_MS: "0" },
    parts: { userQueue: { enqueue: async (task) => void tasks.push(task) } },
  });

  const isBehind = async (userId: string) => (await findMirror(world.context.db, userId))?.is_behind;

  test("the task does it; twice, late or forged it does no harm", async () => {
    const user = await createUser(world.send);
    const { id } = user.session!.user;
    await user.call("DELETE", "/sessions/current");
    expect(tasks).toContainEqual({ user_id: id });
    expect(await isBehind(id)).toBe(true);
    const client = await world.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(client, user))).toBe(true);

    expect(await Promise.all([1, 2].map(() => runUserTask(world.context, { user_id: id })))).toEqual([true, true]);
    expect(await isBehind(id)).toBe(false);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
    for (const forged of [null, {}, { user_id: "../x" }, { user_id: id, is_active: true }, { user_id: randomUUID() }]) {
      expect(await runUserTask(world.context, forged)).toBe(true);
    }
    expect(await mayWrite(placeOf(client, user))).toBe(false);
  });

  test("and the task was lost, the sweep wakes the user, and only those who are behind", async () => {
    const user = await createUser(world.send);
    const { id } = user.session!.user;
    await runUserTask(world.context, { user_id: id });
    await sweepUsers(world.context);
    tasks.length = 0;
    await user.call("DELETE", "/sessions/current");
    tasks.length = 0;
    await sweepUsers(world.context);
    expect(tasks).toEqual([{ user_id: id }]);
    // Woken a moment ago: the next sweep gives the task its time.
    await sweepUsers(world.context);
    expect(tasks).toHaveLength(1);
  });

  test("a Realtime Database that is away is no reason to forget: the task is tried again", async () => {
    const away = { ...world.context, realtime: awayRealtime(world.context.config.realtime.url) };
    const user = await createUser(world.send);
    const { id } = user.session!.user;
    await user.call("DELETE", "/sessions/current");
    expect(await runUserTask(away, { user_id: id })).toBe(false);
    expect(await isBehind(id)).toBe(true);
    expect(await runUserTask(world.context, { user_id: id })).toBe(true);
    expect(await isBehind(id)).toBe(false);
  });

  test("sign-in marks the user as online, sign-out as gone, and only they who are signed in see it", async () => {
    const user = await createUser(world.send);
    const { id } = user.session!.user;
    const client = await world.connect(user.firebaseToken);
    const place = ref(client.database, `online/${id}`);
    await runUserTask(world.context, { user_id: id });
    expect((await get(place)).val()).toMatchObject({ online: true, last_seen: expect.any(Number) });
    await user.call("DELETE", "/sessions/current");
    await runUserTask(world.context, { user_id: id });
    expect((await get(place)).val()).toMatchObject({ online: false });
    await expect(set(place, { online: true, last_seen: 1, seq: 99 })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    const stranger = await world.connect();
    await expect(get(ref(stranger.database, `online/${id}`))).rejects.toThrow(/permission denied/i);
  });

  test("a Realtime Database that was wiped learns of the revocations again, by the next sweep", async () => {
    const user = await createUser(world.send);
    const { id } = user.session!.user;
    await user.call("DELETE", "/sessions/current");
    await runUserTask(world.context, { user_id: id });
    const client = await world.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(client, user))).toBe(false);

    await wipe(world);
    expect(await mayWrite(placeOf(client, user))).toBe(true);
    expect((await sweepUsers(world.context)).repaired).toBeGreaterThan(0);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
    expect((await sweepUsers(world.context)).repaired).toBe(0);
  });

  test("MySQL restored to an older state: the next change is mirrored all the same", async () => {
    const user = await createUser(world.send);
    const { id } = user.session!.user;
    await user.call("DELETE", "/sessions/current");
    await runUserTask(world.context, { user_id: id });
    await world.context.db
      .updateTable("user_mirrors")
      .set({ seq: 1, applied_seq: 0 })
      .where("user_id", "=", id)
      .execute();
    expect(await runUserTask(world.context, { user_id: id })).toBe(true);
    expect(await isBehind(id)).toBe(false);
    expect(await findMirror(world.context.db, id)).toMatchObject({ seq: 3 });
  });
});

/** As the context's, at a port where nothing listens. */
function awayRealtime(url: string): Realtime {
  const away = new URL(url);
  away.port = "9";
  return new Realtime({ url: away.href, timeoutMs: 1_000, credentials: async () => emulatorCredentials() });
}

/** Empties the Realtime Database, as its administrator. */
async function wipe({ context }: App): Promise<void> {
  const url = new URL(context.config.realtime.url);
  url.pathname = "/.json";
  const response = await fetch(url, { method: "PUT", body: "null", headers: { authorization: "Bearer owner" } });
  if (!response.ok) throw new Error(await response.text());
}
