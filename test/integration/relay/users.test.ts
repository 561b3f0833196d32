import { describe, expect, test } from "@jest/globals";
import { get, ref, set } from "firebase/database";
import { randomUUID } from "node:crypto";
import { findMirror } from "../../../functions/src/tables/sync/user-mirrors.ts";
import { metric } from "../../support/metric.ts";
import { mayWrite, placeOf } from "../../support/realtime/presence.ts";
import { isBehind, userAlerts, wipe } from "../../support/relay/user-relay.ts";
import { useUserTasks } from "../../support/relay/user-tasks.ts";

describe("the relay of users, without its inline run", () => {
  const { app, tasks, signOut, relayTask } = useUserTasks();
  const { context } = app;

  test("gets a task for a revocation, and relays it; twice, late or forged, a task does no harm", async () => {
    const user = await app.user();
    await signOut(user);
    expect(tasks).toContainEqual({ user_id: user.id });
    expect(await isBehind(app, user)).toBe(true);
    const client = await app.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(client, user))).toBe(true);

    expect(await Promise.all([relayTask(user), relayTask(user)])).toEqual([true, true]);
    expect(await isBehind(app, user)).toBe(false);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
    const forged = [
      null,
      {},
      { user_id: "../x" },
      { user_id: user.id, is_active: true },
      { user_id: randomUUID() },
      { video_id: "v" },
    ];
    for (const task of forged) expect(await context.userRelay.runTask(task)).toBe(true);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
  });

  test("gets a task for each revocation, since a pending one may have backed off for a minute", async () => {
    const user = await app.user();
    await signOut(user);
    const task = { user_id: user.id };
    expect(tasks.filter(({ user_id: id }) => id === user.id)).toEqual([task, task]);
  });

  test("shows a user as online after sign-in and as gone after sign-out, to those who are signed in", async () => {
    const user = await app.user();
    const client = await app.connect(user.firebaseToken);
    const place = ref(client.database, `online/${user.id}`);
    await relayTask(user);
    expect((await get(place)).val()).toMatchObject({ online: true, last_seen: expect.any(Number) });
    await signOut(user);
    await relayTask(user);
    expect((await get(place)).val()).toMatchObject({ online: false });
    await expect(set(place, { online: true, last_seen: 1, seq: 99 })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    const stranger = await app.connect();
    await expect(get(ref(stranger.database, `online/${user.id}`))).rejects.toThrow(/permission denied/i);
  });

  test("writes the revocations again after the Realtime Database was wiped, counts that and alerts", async () => {
    const user = await app.user();
    await signOut(user);
    await relayTask(user);
    const client = await app.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(client, user))).toBe(false);

    await wipe(app);
    expect(await mayWrite(placeOf(client, user))).toBe(true);
    const compareAll = () => context.db.updateTable("user_mirrors").set({ reconciled_at: null }).execute();
    await compareAll();
    const { drifted, outcomes } = await context.userRelay.reconcileRound(30_000);
    expect(drifted).toBeGreaterThan(0);
    expect(outcomes.wiped).toBe(drifted);
    expect(await mayWrite(placeOf(client, user))).toBe(false);
    expect(await metric(context, "drift_total", { kind: "wiped", subject: "users" })).toBe(drifted);
    expect(await userAlerts(app, "drift")).toMatchObject([{ count: drifted, wiped: drifted }]);
    await compareAll();
    expect(await context.userRelay.reconcileRound(30_000)).toMatchObject({ drifted: 0 });
  });

  test("only compares in a dry run", async () => {
    const user = await app.user();
    await signOut(user);
    await relayTask(user);
    await wipe(app);
    const wiped: string[] = [];
    const onCompared = ({ id, outcome }: { id: string; outcome: string }) => {
      if (outcome === "wiped") wiped.push(id);
    };
    await context.userRelay.reconcileAll({ repair: false, onCompared });
    expect(wiped).toContain(user.id);
    const client = await app.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(client, user))).toBe(true);
    await context.userRelay.reconcileAll({ repair: true });
    expect(await mayWrite(placeOf(client, user))).toBe(false);
  });

  test("relays the next change after MySQL was restored to an earlier time", async () => {
    const user = await app.user();
    await signOut(user);
    await relayTask(user);
    await context.db
      .updateTable("user_mirrors")
      .set({ seq: 1, applied_seq: 0 })
      .where("user_id", "=", user.id)
      .execute();
    expect(await relayTask(user)).toBe(true);
    expect(await isBehind(app, user)).toBe(false);
    expect(await findMirror(context.db, user.id)).toMatchObject({ seq: 3 });
  });
});
