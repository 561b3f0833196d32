import { describe, expect, test } from "@jest/globals";
import { get, ref, set } from "firebase/database";
import { randomUUID } from "node:crypto";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { Client } from "../../support/app/client.ts";
import { metric } from "../../support/metric.ts";
import { mayWrite, watch } from "../../support/realtime/presence.ts";
import { isBehind, readAsAdministrator, userAlerts, wipe } from "../../support/relay/user-relay.ts";
import { useUserTasks } from "../../support/relay/user-tasks.ts";

describe("the relay of users, without inline runs", () => {
  const { app, tasks, signOut, relayTask } = useUserTasks();
  const { context } = app;
  const isRevoked = async (user: Client) =>
    (await readAsAdministrator(app, paths.revokedSession(user.session?.session.id ?? ""))) !== null;

  test("gets a task for a revocation, and relays it; twice, late or forged, a task does no harm", async () => {
    const user = await app.user();
    const client = await app.connect(user.firebaseToken);
    const place = await watch(client, user);
    await relayTask(user);
    tasks.length = 0;
    await signOut(user);
    expect(tasks).toContainEqual({ user_id: user.id });
    expect(await isBehind(app, user)).toBe(true);
    expect(await mayWrite(place)).toBe(true);

    expect(await Promise.all([relayTask(user), relayTask(user)])).toEqual([true, true]);
    expect(await isBehind(app, user)).toBe(false);
    expect(await mayWrite(place)).toBe(false);
    const forged = [
      null,
      {},
      { user_id: "../x" },
      { user_id: user.id, is_active: true },
      { user_id: randomUUID() },
      { video_id: "v" },
    ];
    for (const task of forged) expect(await context.userRelay.runTask(task)).toBe(true);
    expect(await mayWrite(place)).toBe(false);
  });

  test("gets a task for each revocation, since a pending one may have backed off for a minute", async () => {
    const user = await app.user();
    await signOut(user);
    const task = { user_id: user.id };
    expect(tasks.filter(({ user_id: id }) => id === user.id)).toEqual([task, task]);
  });

  test("shows a user as online after sign-in and as gone after sign-out, to live sessions only", async () => {
    const user = await app.user();
    const phone = await app.connect(user.firebaseToken);
    const laptop = await user.onDevice("laptop");
    const place = `online/${user.id}`;
    await relayTask(user);
    const other = await app.user();
    const live = await app.connect(other.firebaseToken);
    const seen = async () => (await get(ref(live.database, place))).val() as object;
    expect(await seen()).toMatchObject({ online: true, last_seen: expect.any(Number) });
    expect((await get(ref(phone.database, place))).exists()).toBe(true);
    await signOut(user);
    await signOut(laptop);
    await relayTask(user);
    expect(await seen()).toMatchObject({ online: false });
    await expect(set(ref(live.database, place), { online: true, last_seen: 1, seq: 99 })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    // A token that was minted before the revocation, exchanged before it or after it, and nobody at all.
    for (const stranger of [phone, await app.connect(laptop.firebaseToken), await app.connect()]) {
      await expect(get(ref(stranger.database, place))).rejects.toThrow(/permission denied/i);
    }
  });

  test("writes the revocations again after the Realtime Database was wiped, counts that and alerts", async () => {
    const user = await app.user();
    await signOut(user);
    await relayTask(user);
    expect(await isRevoked(user)).toBe(true);

    await wipe(app);
    expect(await isRevoked(user)).toBe(false);
    const compareAll = () => context.db.updateTable("user_mirrors").set({ reconciled_at: null }).execute();
    await compareAll();
    const { drifted, outcomes } = await context.userRelay.reconcileRound(30_000);
    expect(drifted).toBeGreaterThan(0);
    expect(outcomes.wiped).toBe(drifted);
    expect(await isRevoked(user)).toBe(true);
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
    expect(await isRevoked(user)).toBe(false);
    await context.userRelay.reconcileAll({ repair: true });
    expect(await isRevoked(user)).toBe(true);
  });
});
