import { expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import {
  DEVICE_INFO,
  MAX_DEVICES,
  MAX_EDITS,
  MAX_REPORTS_SHOWN,
  MAX_SESSIONS,
} from "../../../functions/src/contract/limits.ts";
import type { RevisionPage } from "../../../functions/src/contract/comment.ts";
import type { ReportedComment, ReportedPage } from "../../../functions/src/contract/moderation.ts";
import { commentPath, type Client } from "../../support/app/client.ts";
import { readPages } from "../../support/app/pages.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user", admin: "admin", moderator: "moderator" } });
const { ada, admin, moderator } = app.users;

const currentSessions = (user: Client) =>
  app.db.selectFrom("sessions").select("id").where("user_id", "=", user.id).where("revoked_at", "is", null).execute();

/** Adds sessions to a user's row, as an earlier release could have. */
async function insertSessions(user: Client, count: number): Promise<void> {
  const template = await app.db
    .selectFrom("sessions")
    .select(["user_id", "user_device_id", "expires_at", "ends_at", "revoked_seq"])
    .where("id", "=", user.session!.session.id)
    .executeTakeFirstOrThrow();
  const rows = Array.from({ length: count }, () => ({ ...template, id: app.context.newId() }));
  await app.db.insertInto("sessions").values(rows).execute();
}

test("a sign-in beyond the most sessions ends the one that began first, and says so in the audit log", async () => {
  const user = await app.user();
  const second = user.with((await user.signIn({ device: { id: "test" } })).body);
  await insertSessions(user, MAX_SESSIONS - 2);
  expect([await user.isSignedIn(), await second.isSignedIn()]).toEqual([true, true]);

  expect((await user.signIn({ device: { id: "test" } })).status).toBe(201);
  expect([await user.isSignedIn(), await second.isSignedIn()]).toEqual([false, true]);
  expect(await currentSessions(user)).toHaveLength(MAX_SESSIONS);
  const { body } = await admin.call("GET", `/admin/audit?target_id=${user.session!.session.id}&action=session.end`);
  expect(body).toMatchObject({ entries: [{ actor_id: user.id, details: { reason: "too many" } }] });
});

test("sign-ins at once leave no more sessions than the most", async () => {
  const user = await app.user();
  await insertSessions(user, MAX_SESSIONS - 1);
  const signIns = await Promise.all(Array.from({ length: 8 }, (_, n) => user.signIn({ device: { id: `d${n}` } })));
  expect(signIns.map(({ status }) => status)).toEqual(Array(8).fill(201));
  expect(await currentSessions(user)).toHaveLength(MAX_SESSIONS);
});

test("a sign-in on one device too many deactivates the one seen longest ago, and ends its session", async () => {
  const user = await app.user();
  const devices = Array.from({ length: MAX_DEVICES }, (_, n) => ({
    id: randomUUID(),
    user_id: user.id,
    device_id: `old-${n}`,
    device_info: "{}",
  }));
  await app.db.insertInto("user_devices").values(devices).execute();
  await app.db
    .updateTable("user_devices")
    .set({ last_seen_at: new Date("2020-01-01") })
    .where("user_id", "=", user.id)
    .where("device_id", "=", "test")
    .execute();

  const { body } = await user.signIn({ device: { id: "new" } });
  const listed = await user.with(body).devices();
  expect(listed).toHaveLength(MAX_DEVICES);
  expect(listed.map(({ device_id }) => device_id)).toEqual(expect.arrayContaining(["new"]));
  expect(listed.map(({ device_id }) => device_id)).not.toContain("test");
  expect(await user.isSignedIn()).toBe(false);
});

test("a device's description is small, so that the list of devices is too", async () => {
  const user = await app.user();
  const entries = (count: number, name: string, value: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}${name}`, value]));
  const { maxEntries, maxNameLength, maxValueLength } = DEVICE_INFO;
  const signIn = (info: Record<string, string>) => user.signIn({ device: { id: "test", info } });
  const largest = entries(maxEntries, "n".repeat(maxNameLength - 1), "v".repeat(maxValueLength));
  expect((await signIn(largest)).status).toBe(201);
  expect((await signIn(entries(maxEntries + 1, "n", "v"))).status).toBe(400);
  expect((await signIn({ n: "v".repeat(maxValueLength + 1) })).status).toBe(400);
  // The list cannot be larger than this.
  expect(JSON.stringify(largest).length * MAX_DEVICES).toBeLessThan(100_000);
});

test("a deactivation of a user with very many sessions ends them in transactions of at most 500", async () => {
  const user = await app.user();
  await insertSessions(user, 1_200);
  expect((await admin.call("PATCH", `/users/${user.id}`, { is_active: false })).status).toBe(200);
  expect(await currentSessions(user)).toEqual([]);
  const bySeq = await app.db
    .selectFrom("sessions")
    .select((select) => ["revoked_seq", select.fn.countAll<number>().as("count")])
    .where("user_id", "=", user.id)
    .groupBy("revoked_seq")
    .execute();
  expect(bySeq.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual([201, 500, 500]);
});

test("sessions that a deactivation did not come to stay ended when the user is active again", async () => {
  const user = await app.user();
  await app.updateUser(user, { is_active: false });
  expect((await admin.call("PATCH", `/users/${user.id}`, { is_active: true })).status).toBe(200);
  expect(await currentSessions(user)).toEqual([]);
  expect(await user.isSignedIn()).toBe(false);
});

test("a comment can be edited a bounded number of times, and its revisions come in pages", async () => {
  const video = app.newVideoId();
  const { id } = (await ada.post(video, "v1")).body.comment;
  for (let n = 2; n <= 6; n += 1) await ada.edit(video, id, `v${n}`);
  const seen: string[] = [];
  const pages = readPages((cursor) =>
    moderator.call<RevisionPage>("GET", `${commentPath(video, id)}/revisions?limit=2${cursor}`),
  );
  for await (const { revisions } of pages) {
    expect(revisions.length).toBeLessThanOrEqual(2);
    seen.push(...revisions.map(({ content }) => content));
  }
  expect(seen).toEqual(["v1", "v2", "v3", "v4", "v5"]);

  await app.db.updateTable("comments").set({ version: MAX_EDITS }).where("id", "=", id).execute();
  expect((await ada.edit(video, id, "the last")).status).toBe(200);
  expect(await ada.edit(video, id, "one more")).toMatchObject({ status: 403, body: { code: "too_many_edits" } });
  expect((await ada.read(video, id)).body.comment.content).toBe("the last");
  expect((await ada.delete(video, id)).status).toBe(204);
});

test("a comment that very many people reported is listed once, with the first reports and their number", async () => {
  const video = app.newVideoId();
  const { id } = (await ada.post(video, "reported")).body.comment;
  const users = Array.from({ length: 150 }, (_, n) => ({ id: randomUUID(), name: `reporter-${n}` }));
  await app.db
    .insertInto("users")
    .values(
      users.map(({ id: userId, name }) => ({
        id: userId,
        email: `${name}@example.com`,
        username: name,
        email_canonical: `${name}@example.com`,
        username_canonical: name,
        password_hash: "-",
      })),
    )
    .execute();
  await app.db
    .insertInto("reports")
    .values(users.map(({ id: userId }) => ({ comment_id: id, user_id: userId, reason: "spam" as const, note: "n" })))
    .execute();
  const seen: ReportedComment[] = [];
  const pages = readPages((cursor) => moderator.call<ReportedPage>("GET", `/moderation/reports?limit=100${cursor}`));
  for await (const { reported } of pages) seen.push(...reported);
  const ours = seen.filter(({ comment }) => comment.id === id);
  expect(ours).toMatchObject([{ report_count: 150 }]);
  expect(ours[0]!.reports).toHaveLength(MAX_REPORTS_SHOWN);
});

test("a ban that has ended already is refused", async () => {
  const user = await app.user();
  const ban = { ends_at: new Date(Date.now() - 1_000).toISOString(), reason: "late" };
  expect((await moderator.call("PUT", `/moderation/bans/${user.id}`, ban)).body).toMatchObject({
    code: "invalid_request",
    errors: [{ pointer: "/ends_at" }],
  });
});
