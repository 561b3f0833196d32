import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { get, ref, set } from "firebase/database";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Relay } from "../../../functions/src/relay/mechanism/relay.ts";
import { findMirror } from "../../../functions/src/tables/sync/user-mirrors.ts";
import type { Client } from "../../support/app/client.ts";
import { createUser } from "../../support/app/users.ts";
import { metric } from "../../support/metric.ts";
import { createRealtimeClient } from "../../support/realtime/realtime-client.ts";
import { idOf, isBehind, userAlerts, wipe } from "../../support/user-relay.ts";
import { type World, createWorld, mayWrite, placeOf } from "../../support/world.ts";

const rules = await readFile(new URL("../../../database.rules.json", import.meta.url), "utf8");

describe("the relay of users, without its inline run", () => {
  let world: World;
  let relay: Relay;
  beforeAll(async () => {
    world = await createWorld(rules, { INLINE_RELAY_DEADLINE_MS: "0" });
    relay = world.context.userRelay;
  });
  afterAll(() => world.close());
  beforeEach(() => void (world.tasks.length = 0));

  const signOut = (user: Client) => user.call("DELETE", "/sessions/current");
  const relayTask = (user: Client) => relay.runTask({ user_id: idOf(user) });

  test("gets a task for a revocation, and relays it; twice, late or forged, a task does no harm", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    expect(world.tasks).toContainEqual({ user_id: idOf(user) });
    expect(await isBehind(world, user)).toBe(true);
    const client = await world.connect(user.session!.firebase_token);
    expect(await mayWrite(placeOf(client, user))).toBe(true);

    expect(await Promise.all([relayTask(user), relayTask(user)])).toEqual([true, true]);
    expect(await isBehind(world, user)).toBe(false);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
    const forged = [
      null,
      {},
      { user_id: "../x" },
      { user_id: idOf(user), is_active: true },
      { user_id: randomUUID() },
      { video_id: "v" },
    ];
    for (const task of forged) expect(await relay.runTask(task)).toBe(true);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
  });

  test("gets a task for each revocation, since a pending one may have backed off for a minute", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    const task = { user_id: idOf(user) };
    expect(world.tasks.filter(({ user_id: id }) => id === idOf(user))).toEqual([task, task]);
  });

  test("shows a user as online after sign-in and as gone after sign-out, to those who are signed in", async () => {
    const user = await createUser(world.send);
    const client = await world.connect(user.session!.firebase_token);
    const place = ref(client.database, `online/${idOf(user)}`);
    await relayTask(user);
    expect((await get(place)).val()).toMatchObject({ online: true, last_seen: expect.any(Number) });
    await signOut(user);
    await relayTask(user);
    expect((await get(place)).val()).toMatchObject({ online: false });
    await expect(set(place, { online: true, last_seen: 1, seq: 99 })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    const stranger = await createRealtimeClient(undefined, `${world.server.host}:${world.server.port}`);
    await expect(get(ref(stranger.database, `online/${idOf(user)}`))).rejects.toThrow(/permission denied/i);
    await stranger.close();
  });

  test("writes the revocations again after the Realtime Database was wiped, counts that and alerts", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    await relayTask(user);
    const client = await world.connect(user.session!.firebase_token);
    expect(await mayWrite(placeOf(client, user))).toBe(false);

    await wipe(world);
    expect(await mayWrite(placeOf(client, user))).toBe(true);
    const compareAll = () => world.context.db.updateTable("user_mirrors").set({ reconciled_at: null }).execute();
    await compareAll();
    const { drifted, outcomes } = await relay.reconcileRound(30_000);
    expect(drifted).toBeGreaterThan(0);
    expect(outcomes.wiped).toBe(drifted);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
    expect(await metric(world.context, "drift_total", { kind: "wiped", subject: "users" })).toBe(drifted);
    expect(await userAlerts(world, "drift")).toMatchObject([{ count: drifted, wiped: drifted }]);
    await compareAll();
    expect(await relay.reconcileRound(30_000)).toMatchObject({ drifted: 0 });
  });

  test("only compares in a dry run", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    await relayTask(user);
    await wipe(world);
    const wiped: string[] = [];
    const onCompared = ({ id, outcome }: { id: string; outcome: string }) => {
      if (outcome === "wiped") wiped.push(id);
    };
    await relay.reconcileAll({ repair: false, onCompared });
    expect(wiped).toContain(idOf(user));
    const client = await world.connect(user.session!.firebase_token);
    expect(await mayWrite(placeOf(client, user))).toBe(true);
    await relay.reconcileAll({ repair: true });
    expect(await mayWrite(placeOf(client, user))).toBe(false);
  });

  test("relays the next change after MySQL was restored to an earlier time", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    await relayTask(user);
    await world.context.db
      .updateTable("user_mirrors")
      .set({ seq: 1, applied_seq: 0 })
      .where("user_id", "=", idOf(user))
      .execute();
    expect(await relayTask(user)).toBe(true);
    expect(await isBehind(world, user)).toBe(false);
    expect(await findMirror(world.context.db, idOf(user))).toMatchObject({ seq: 3 });
  });
});
