import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Relay } from "../../../functions/src/relay/mechanism/relay.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import { metric } from "../../support/metric.ts";
import { awayRealtime, idOf, isBehind, noQueue, realtimeAt, relayWith, userAlerts } from "../../support/user-relay.ts";
import type { World } from "../../support/world.ts";
import { createWorld } from "../../support/world.ts";

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

  test("measures how long a change took, and how many changes an update brought", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    const counts = () =>
      Promise.all([
        metric(world.context, "sync_latency_count", { subject: "users" }),
        metric(world.context, "sync_batch_size_sum", { subject: "users" }),
      ]);
    const [updates = 0, changes = 0] = await counts();
    await relayTask(user);
    // The sign-in and the sign-out.
    expect(await counts()).toEqual([updates + 1, changes + 2]);
  });

  test("counts the dispatches of a task after its first", async () => {
    const user = await createUser(world.send);
    const before = (await metric(world.context, "retry_attempts_total", { subject: "users" })) ?? 0;
    for (const retryCount of [0, 1, 2]) await relay.runTask({ user_id: idOf(user) }, retryCount);
    expect(await metric(world.context, "retry_attempts_total", { subject: "users" })).toBe(before + 2);
  });

  test("tries a task again after the Realtime Database was away, and counts the failure", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    const away = relayWith(world, { realtime: awayRealtime(world) });
    const failures = () =>
      metric(world.context, "failed_operations_total", { operation: "task", kind: "away", subject: "users" });
    const before = (await failures()) ?? 0;
    expect(await away.runTask({ user_id: idOf(user) })).toBe(false);
    expect(await failures()).toBe(before + 1);
    expect(await isBehind(world, user)).toBe(true);
    expect(await relayTask(user)).toBe(true);
    expect(await isBehind(world, user)).toBe(false);
  });

  test("sweeps up a user whose task was lost, and no user who is not behind", async () => {
    const user = await createUser(world.send);
    await relayTask(user);
    await relay.sweep(10_000);
    await signOut(user);
    await world.context.db
      .updateTable("user_mirrors")
      .set({ attempted_at: null })
      .where("user_id", "=", idOf(user))
      .execute();
    world.tasks.length = 0;
    expect(await relay.sweep(10_000)).toMatchObject({ enqueued: 1, relayed: 0 });
    expect(world.tasks).toEqual([{ user_id: idOf(user) }]);
    // It was attempted a moment ago: the next sweep gives the task its time.
    expect(await relay.sweep(10_000)).toMatchObject({ enqueued: 0, relayed: 0 });
    await relayTask(user);
  });

  test("leaves a user to the task that is trying", async () => {
    const user = await createUser(world.send);
    const away = relayWith(world, { realtime: awayRealtime(world) });
    await away.runTask({ user_id: idOf(user) });
    world.tasks.length = 0;
    await relay.sweep(10_000);
    expect(world.tasks).not.toContainEqual({ user_id: idOf(user) });
    await relayTask(user);
  });

  test("relays users in the sweep itself while the queue takes no tasks", async () => {
    const user = await createUser(world.send);
    await signOut(user);
    const { relayed, enqueued } = await relayWith(world, { queue: noQueue }).sweep(10_000);
    expect(enqueued).toBe(0);
    expect(relayed).toBeGreaterThan(0);
    expect(await isBehind(world, user)).toBe(false);
    const labels = { operation: "enqueue", kind: "away", subject: "users" };
    expect(await metric(world.context, "failed_operations_total", labels)).toBeGreaterThan(0);
  });

  test("alerts when a user has been behind for more than two minutes, and not before", async () => {
    const user = await createUser(world.send);
    await relay.sweep(10_000);
    expect(await userAlerts(world, "backlog")).toEqual([]);
    const behindSince = async (secondsAgo: number) => {
      await world.context.db
        .updateTable("user_mirrors")
        .set({ behind_since: new Date(Date.now() - secondsAgo * 1000) })
        .where("user_id", "=", idOf(user))
        .execute();
    };
    await behindSince(60);
    await relay.sweep(10_000);
    expect(await userAlerts(world, "backlog")).toEqual([]);

    await behindSince(180);
    // The sign-out comes later, and the sign-in is still the oldest change that is lacking.
    await signOut(user);
    const { backlog } = await relay.sweep(10_000);
    expect(backlog.oldest_seconds).toBeGreaterThan(179);
    expect(await userAlerts(world, "backlog")).toMatchObject([{ ...backlog }]);
    expect(await metric(world.context, "backlog_subjects", { subject: "users" })).toBe(backlog.count);
    expect(await metric(world.context, "backlog_changes", { subject: "users" })).toBe(backlog.changes);
    expect(await metric(world.context, "backlog_oldest", { subject: "users" })).toBeGreaterThan(179);

    await relayTask(user);
    const after = await relay.sweep(10_000);
    expect(after.backlog.count).toBe(backlog.count - 1);
    expect(after.backlog.oldest_seconds).toBeLessThan(120);
  });
});

describe("the relay of users, with its inline run", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(rules);
  });
  afterAll(() => world.close());

  test("relays a revocation before the request ends, without a task", async () => {
    const user = await createUser(world.send);
    await user.call("DELETE", "/sessions/current");
    expect(await isBehind(world, user)).toBe(false);
    expect(world.tasks).toEqual([]);
  });

  test("requests tasks while the Realtime Database is away, and soon stops trying for each change", async () => {
    const users = await Promise.all(Array.from({ length: 3 }, () => createUser(world.send)));
    let connections = 0;
    // It takes connections and never answers.
    const silent = createServer(() => (connections += 1)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const realtime = realtimeAt(world, (silent.address() as AddressInfo).port);
    const relay = relayWith(world, { realtime, deadlineMs: 5_000 });
    try {
      for (const user of users) await user.call("DELETE", "/sessions/current");
      await world.context.db.updateTable("user_mirrors").set({ applied_seq: 0 }).execute();
      world.tasks.length = 0;
      for (const user of users) await relay.publish(idOf(user));
      // Each run tries to write, and then to read what became of it.
      const connectionsOfThree = connections;
      expect(connectionsOfThree).toBeGreaterThanOrEqual(6);
      for (const user of users) await relay.publish(idOf(user));
      // None; or those of one run, if the machine stalls for 5 s, after which the breaker lets one try.
      expect(connections - connectionsOfThree).toBeLessThan(connectionsOfThree / 2);
      expect(world.tasks).toEqual([...users, ...users].map((user) => ({ user_id: idOf(user) })));
      expect(
        await metric(world.context, "failed_operations_total", { operation: "inline", kind: "away", subject: "users" }),
      ).toBe(6);
      await world.context.alerts.settle();
      expect(world.context.logged.filter((line) => line.includes('"alert":"breaker"'))).toHaveLength(1);
    } finally {
      await relay.close();
      silent.close();
    }
  });
});

describe("a Realtime Database that refuses the relay of users", () => {
  test("is alerted once for users, whichever task or round finds it, and again in a quarter of an hour", async () => {
    const world = await createWorld('{ "rules": {} }', { INLINE_RELAY_DEADLINE_MS: "0" });
    try {
      const relay = world.context.userRelay;
      const user = await createUser(world.send);
      for (const retryCount of [0, 1, 2]) {
        expect(await relay.runTask({ user_id: idOf(user) }, retryCount)).toBe(false);
      }
      const { outcomes } = await relay.reconcileRound(10_000);
      expect(outcomes.failed).toBe(1);
      expect(await userAlerts(world, "refused")).toMatchObject([{ user_id: idOf(user) }]);
      const failures = (operation: string) =>
        metric(world.context, "failed_operations_total", { operation, kind: "refused", subject: "users" });
      expect([await failures("task"), await failures("reconcile")]).toEqual([3, 1]);

      await world.context.db
        .updateTable("alerts")
        .set({ sent_at: new Date(Date.now() - 16 * 60_000) })
        .execute();
      await relay.runTask({ user_id: idOf(user) });
      expect(await userAlerts(world, "refused")).toHaveLength(2);
    } finally {
      await world.close();
    }
  });
});
