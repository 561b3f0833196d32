import { describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createTestQueue, noQueue } from "../../support/app/queue.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { awayRealtime, isBehind, realtimeAt, relayWith, userAlerts } from "../../support/relay/user-relay.ts";
import { useUserTasks } from "../../support/relay/user-tasks.ts";
import { until } from "../../support/until.ts";

describe("the relay of users, without inline runs", () => {
  const { app, tasks, signOut, relayTask } = useUserTasks();
  const { context } = app;

  test("measures how long a change took, and how many changes an update brought", async () => {
    const user = await app.user();
    await signOut(user);
    const counts = () =>
      Promise.all([
        metric(context, "sync_latency_count", { subject: "users" }),
        metric(context, "sync_batch_size_sum", { subject: "users" }),
      ]);
    const [updates = 0, changes = 0] = await counts();
    await relayTask(user);
    // The sign-in and the sign-out.
    expect(await counts()).toEqual([updates + 1, changes + 2]);
  });

  test("counts the dispatches of a task after its first", async () => {
    const user = await app.user();
    const before = (await metric(context, "retry_attempts_total", { subject: "users" })) ?? 0;
    for (const retryCount of [0, 1, 2]) await context.userRelay.runTask({ user_id: user.id }, retryCount);
    expect(await metric(context, "retry_attempts_total", { subject: "users" })).toBe(before + 2);
  });

  test("tries a task again after the Realtime Database was away, and counts the failure", async () => {
    const user = await app.user();
    await signOut(user);
    const away = relayWith(app, { realtime: awayRealtime(app) });
    const failures = () =>
      metric(context, "failed_operations_total", { operation: "task", kind: "away", subject: "users" });
    const before = (await failures()) ?? 0;
    expect(await away.runTask({ user_id: user.id })).toBe(false);
    expect(await failures()).toBe(before + 1);
    expect(await isBehind(app, user)).toBe(true);
    expect(await relayTask(user)).toBe(true);
    expect(await isBehind(app, user)).toBe(false);
  });

  test("sweeps up a user whose task was lost, and no user who is not behind", async () => {
    const user = await app.user();
    await relayTask(user);
    await context.userRelay.sweep(10_000);
    await signOut(user);
    await context.db.updateTable("user_mirrors").set({ attempted_at: null }).where("user_id", "=", user.id).execute();
    tasks.length = 0;
    expect(await context.userRelay.sweep(10_000)).toMatchObject({ enqueued: 1, relayed: 0 });
    expect(tasks).toEqual([{ user_id: user.id }]);
    // It was attempted a moment ago: the next sweep gives the task its time.
    expect(await context.userRelay.sweep(10_000)).toMatchObject({ enqueued: 0, relayed: 0 });
    await relayTask(user);
  });

  test("leaves a user to the task that is trying", async () => {
    const user = await app.user();
    const away = relayWith(app, { realtime: awayRealtime(app) });
    await away.runTask({ user_id: user.id });
    tasks.length = 0;
    await context.userRelay.sweep(10_000);
    expect(tasks).not.toContainEqual({ user_id: user.id });
    await relayTask(user);
  });

  test("relays users in the sweep itself while the queue takes no tasks", async () => {
    const user = await app.user();
    await signOut(user);
    const { relayed, enqueued } = await relayWith(app, { queue: noQueue }).sweep(10_000);
    expect(enqueued).toBe(0);
    expect(relayed).toBeGreaterThan(0);
    expect(await isBehind(app, user)).toBe(false);
    const labels = { operation: "enqueue", kind: "away", subject: "users" };
    expect(await metric(context, "failed_operations_total", labels)).toBeGreaterThan(0);
  });

  test("alerts when a user has been behind for more than two minutes, and not before", async () => {
    const user = await app.user();
    await context.userRelay.sweep(10_000);
    expect(await userAlerts(app, "backlog")).toEqual([]);
    const behindSince = async (secondsAgo: number) => {
      await context.db
        .updateTable("user_mirrors")
        .set({ behind_since: new Date(Date.now() - secondsAgo * 1000) })
        .where("user_id", "=", user.id)
        .execute();
    };
    await behindSince(60);
    await context.userRelay.sweep(10_000);
    expect(await userAlerts(app, "backlog")).toEqual([]);

    await behindSince(180);
    // The sign-out comes later, and the sign-in is still the oldest change that is lacking.
    await signOut(user);
    const { backlog } = await context.userRelay.sweep(10_000);
    expect(backlog.oldest_seconds).toBeGreaterThan(179);
    expect(await userAlerts(app, "backlog")).toMatchObject([{ ...backlog }]);
    expect(await metric(context, "backlog_subjects", { subject: "users" })).toBe(backlog.count);
    expect(await metric(context, "backlog_changes", { subject: "users" })).toBe(backlog.changes);
    expect(await metric(context, "backlog_oldest", { subject: "users" })).toBeGreaterThan(179);

    await relayTask(user);
    const after = await context.userRelay.sweep(10_000);
    expect(after.backlog.count).toBe(backlog.count - 1);
    expect(after.backlog.oldest_seconds).toBeLessThan(120);
  });
});

describe("the relay of users, with inline runs", () => {
  const queue = createTestQueue();
  const { tasks } = queue;
  const app = useApp({ rules: RULES, parts: { userQueue: queue } });
  const { context } = app;

  test("relays a revocation before the request ends, without a task", async () => {
    const user = await app.user();
    await user.call("DELETE", "/sessions/current");
    expect(await isBehind(app, user)).toBe(false);
    expect(tasks).toEqual([]);
  });

  test("requests tasks while the Realtime Database is away, and stops trying for each change", async () => {
    const users = await Promise.all(Array.from({ length: 3 }, () => app.user()));
    let connections = 0;
    // It takes connections and never answers.
    const silent = createServer(() => (connections += 1)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const realtime = realtimeAt(app, (silent.address() as AddressInfo).port);
    const relay = relayWith(app, { realtime, queue, deadlineMs: 5_000 });
    for (const user of users) await user.call("DELETE", "/sessions/current");
    await context.db.updateTable("user_mirrors").set({ applied_seq: 0 }).execute();
    tasks.length = 0;
    const [first] = users;
    await relay.publish(first!.id);
    // A run begins with a read, and ends there.
    expect(connections).toBeGreaterThan(0);
    for (let round = 0; round < 5; round += 1) for (const user of users) await relay.publish(user.id);
    // None for most of them: one run tries every 2 s.
    expect(connections).toBeLessThan(16);
    expect(tasks).toHaveLength(16);
    expect(
      await metric(context, "failed_operations_total", { operation: "inline", kind: "away", subject: "users" }),
    ).toBe(16);
    const alerts = () => context.logged.filter((line) => line.includes('"alert":"breaker"'));
    await until("a try to fail, and the alert", async () => {
      await relay.publish(first!.id);
      return alerts().length > 0;
    });
    await context.alerts.flush();
    expect(alerts()).toHaveLength(1);
    await relay.close();
    silent.close();
  });
});

describe("a Realtime Database that refuses the relay of users", () => {
  test("is alerted once for users, whichever task or round finds it, and again in a quarter of an hour", async () => {
    await using app = await startApp({ rules: '{ "rules": {} }', env: { INLINE_RELAY_DEADLINE_MS: "0" } });
    const { context } = app;
    const user = await app.user();
    for (const retryCount of [0, 1, 2]) {
      expect(await context.userRelay.runTask({ user_id: user.id }, retryCount)).toBe(false);
    }
    const { outcomes } = await context.userRelay.reconcileRound(10_000);
    expect(outcomes.failed).toBe(1);
    expect(await userAlerts(app, "refused")).toMatchObject([{ user_id: user.id }]);
    const failures = (operation: string) =>
      metric(context, "failed_operations_total", { operation, kind: "refused", subject: "users" });
    expect([await failures("task"), await failures("reconcile")]).toEqual([3, 1]);

    await context.db
      .updateTable("alerts")
      .set({ sent_at: new Date(Date.now() - 16 * 60_000) })
      .execute();
    await context.userRelay.runTask({ user_id: user.id });
    expect(await userAlerts(app, "refused")).toHaveLength(2);
  });
});
