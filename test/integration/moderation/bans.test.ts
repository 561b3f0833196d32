import { expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { type Client, commentPath } from "../../support/app/client.ts";
import { readPages } from "../../support/app/pages.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { moderator: "moderator", admin: "admin" } });
const { moderator, admin } = app.users;

const ban = (client: Client, user: Client, body: object) => client.call("PUT", `/moderation/bans/${user.id}`, body);

test("a ban on a video stops posts and edits there, until it is lifted", async () => {
  const [video, other] = [app.newVideoId(), app.newVideoId()];
  const user = await app.user();
  const { id } = (await user.post(video, "a")).body.comment;
  expect((await ban(moderator, user, { video_id: video, reason: "spam" })).status).toBe(204);
  expect(await user.post(video, "b")).toMatchObject({ status: 403, body: { code: "banned" } });
  expect(await user.edit(video, id, "b")).toMatchObject({ status: 403, body: { code: "banned" } });
  expect((await user.post(other, "b")).status).toBe(201);
  expect((await user.delete(video, id)).status).toBe(204);
  expect((await moderator.call("GET", `/moderation/bans?user_id=${user.id}`)).body).toMatchObject({
    bans: [{ user_id: user.id, video_id: video, ends_at: null, reason: "spam", banned_by: moderator.id }],
  });
  const lift = () => moderator.call("DELETE", `/moderation/bans/${user.id}?video_id=${video}`);
  expect((await lift()).status).toBe(204);
  expect((await lift()).status).toBe(404);
  expect((await user.post(video, "b")).status).toBe(201);
});

test("a ban everywhere stops posts on every video, and ends at its time", async () => {
  const user = await app.user();
  const ends_at = new Date(Date.now() + 3_600_000).toISOString();
  await ban(moderator, user, { ends_at });
  const refused = await user.post(app.newVideoId(), "b");
  expect(refused.body).toMatchObject({ code: "banned", detail: `On every video, until ${ends_at}.` });
  await app.db
    .updateTable("bans")
    .set({ ends_at: new Date(Date.now() - 1_000) })
    .where("user_id", "=", user.id)
    .execute();
  expect((await user.post(app.newVideoId(), "b")).status).toBe(201);
});

test("a user can ask for their own ban, and for nobody else's", async () => {
  const [video, other] = [app.newVideoId(), app.newVideoId()];
  const [user, another] = [await app.user(), await app.user()];
  const ownBan = async (client: Client, on: string) => (await client.call("GET", `/users/me/ban?video_id=${on}`)).body;
  expect(await ownBan(user, video)).toEqual({ ban: null });
  const ends_at = new Date(Date.now() + 3_600_000).toISOString();
  await ban(moderator, user, { video_id: video, ends_at, reason: "a note for moderators" });
  expect(await ownBan(user, video)).toEqual({ ban: { video_id: video, ends_at } });
  for (const [client, on] of [
    [user, other],
    [another, video],
  ] as const) {
    expect(await ownBan(client, on)).toEqual({ ban: null });
  }
  // The one that lasts longer counts.
  await ban(moderator, user, {});
  expect(await ownBan(user, video)).toEqual({ ban: { video_id: null, ends_at: null } });
  for (const query of ["", `?video_id=${video}`]) {
    await moderator.call("DELETE", `/moderation/bans/${user.id}${query}`);
  }
  expect(await ownBan(user, video)).toEqual({ ban: null });
  const asked = await user.call("GET", `/users/me/ban?video_id=${video}`);
  expect(asked.headers.get("cache-control")).toContain("no-store");
  expect((await app.anonymous.call("GET", `/users/me/ban?video_id=${video}`)).status).toBe(401);
  expect((await user.call("GET", "/users/me/ban")).status).toBe(400);
});

test("a banned user cannot report, where the ban holds and while it lasts", async () => {
  const [video, other] = [app.newVideoId(), app.newVideoId()];
  const user = await app.user();
  const report = async (on: string) => {
    const { id } = (await moderator.post(on, "x")).body.comment;
    return user.call("POST", `${commentPath(on, id)}/reports`, { reason: "spam" });
  };
  await ban(moderator, user, { video_id: video });
  expect(await report(video)).toMatchObject({ status: 403, body: { code: "banned" } });
  expect((await report(other)).status).toBe(204);
  await ban(moderator, user, {});
  expect((await report(other)).body).toMatchObject({ code: "banned" });
  for (const query of ["", `?video_id=${video}`]) {
    await moderator.call("DELETE", `/moderation/bans/${user.id}${query}`);
  }
  expect((await report(video)).status).toBe(204);
  expect((await moderator.call<{ reported: unknown[] }>("GET", "/moderation/reports")).body.reported).toHaveLength(2);
});

test("a ban is possible only for existing users of a lower role", async () => {
  expect((await ban(moderator, admin, {})).status).toBe(403);
  expect((await ban(moderator, moderator, {})).status).toBe(403);
  expect((await ban(admin, await app.moderator(), {})).status).toBe(204);
  expect((await moderator.call("PUT", `/moderation/bans/${randomUUID()}`, {})).status).toBe(404);
});

test("a ban of a moderator is lifted by an admin only, and nobody lifts their own", async () => {
  const [banned, video] = [await app.moderator(), app.newVideoId()];
  const lift = (client: Client, user: { id: string }, query = "") =>
    client.call("DELETE", `/moderation/bans/${user.id}${query}`);
  await ban(admin, banned, {});
  await ban(admin, banned, { video_id: video });
  for (const query of ["", `?video_id=${video}`]) {
    for (const client of [banned, moderator]) {
      expect(await lift(client, banned, query)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
  }
  expect((await banned.post(video, "b")).body).toMatchObject({ code: "banned" });

  // Somebody who became an admin while the ban lasts.
  await admin.call("PATCH", `/users/${banned.id}`, { role: "admin" });
  expect((await lift(banned, banned)).status).toBe(403);
  expect((await lift(moderator, banned)).status).toBe(403);
  for (const query of ["", `?video_id=${video}`]) expect((await lift(admin, banned, query)).status).toBe(204);
  expect((await banned.post(video, "b")).status).toBe(201);
  expect((await lift(moderator, { id: randomUUID() })).status).toBe(404);
});

test("the list of bans comes in pages", async () => {
  interface Page {
    bans: { user_id: string; video_id: string | null }[];
    next_cursor: string | null;
  }
  const users = [await app.user(), await app.user(), await app.user()];
  for (const user of users) await ban(moderator, user, { video_id: "v" });
  const seen: string[] = [];
  const pages = readPages((cursor) => moderator.call<Page>("GET", `/moderation/bans?limit=2${cursor}`));
  for await (const { bans } of pages) seen.push(...bans.map(({ user_id, video_id }) => `${user_id}.${video_id}`));
  expect(new Set(seen).size).toBe(seen.length);
  for (const user of users) expect(seen).toContain(`${user.id}.v`);
});
