import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { LOOKS_VERSION } from "../../../functions/src/content/names/looks.ts";
import { DAYS_BETWEEN_RENAMES, FORMER_NAME_DAYS } from "../../../functions/src/contract/limits.ts";
import { runMaintenance } from "../../../functions/src/services/operation/maintenance.ts";
import { type Client, password } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({
  users: { moderator: "moderator", admin: "admin" },
  env: { COMMENT_BLOCKED_WORDS: "darn", COMMENT_LINKS: "refuse" },
});
const { moderator, admin } = app.users;

const newName = () => `n${randomUUID().slice(0, 8)}`;
const register = (username: string, email = `${randomUUID()}@example.com`) =>
  app.anonymous.call<{ code: string; user: { username: string } }>("POST", "/users", { email, username, password });
const rename = (user: Client, username: string) => user.call("PATCH", "/users/me", { username });
const force = (by: Client, user: Client, username: string) =>
  by.call("PUT", `/moderation/users/${user.id}/username`, { username });

/** As if the user's last change were longer ago, and everybody's former names too. */
async function passDays(user: Client, days: number): Promise<void> {
  const { db } = app.context;
  const earlier = (column: string) => sql<Date>`${sql.ref(column)} - INTERVAL ${days} DAY`;
  await db
    .updateTable("users")
    .set({ renamed_at: earlier("renamed_at") })
    .where("id", "=", user.id)
    .execute();
  await db
    .updateTable("username_looks")
    .set({ released_at: earlier("released_at") })
    .execute();
}

describe("registration", () => {
  test.each(["प्रिया", "നന്ദു", "王伟", "민수", "ﬁlippo", "कि".repeat(32)])("takes %s", async (username) => {
    expect((await register(username)).body.user.username).toBe(username);
  });

  test("stores a name composed", async () => {
    expect((await register("Jose\u0301")).body.user.username).toBe("José");
    expect((await register("JOSÉ")).body.code).toBe("username_taken");
  });

  test.each(["ﷺﷺﷺﷺ", "\u3164\u3164", "Admin\u3164", "---", "p\u0430ypal", "a"])(
    "refuses %j as invalid",
    async (username) => {
      expect(await register(username)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    },
  );

  test.each(["admin", "Moderator", "a.d.m.i.n", "rnoderator", "erased-0123456789ab", "imported-0123456789ab"])(
    "refuses the reserved name %s as taken",
    async (username) => {
      expect(await register(username)).toMatchObject({ status: 409, body: { code: "username_taken" } });
    },
  );

  test("refuses an address that the service gives to accounts", async () => {
    for (const domain of ["erased.invalid", "imported.invalid", "ERASED.INVALID"]) {
      expect((await register(newName(), `${randomUUID()}@${domain}`)).body.code).toBe("email_taken");
    }
  });

  test.each(["darn", "DARN_it", "darn7", "x.darn.x", "buy.example.com"])(
    "refuses %s by the filters",
    async (username) => {
      expect(await register(username)).toMatchObject({
        status: 422,
        body: { code: "content_refused", errors: [{ pointer: "/username" }] },
      });
    },
  );

  test("refuses what looks like the name of somebody else, in either order", async () => {
    expect((await register("сорасора")).status).toBe(201);
    expect((await register("copacopa")).body.code).toBe("username_taken");
    expect((await register("Maxill")).status).toBe(201);
    for (const username of ["MaxiIl", "maxi11", "МАХILL"]) {
      expect([409, 400]).toContain((await register(username)).status);
    }
    // Control: another letter is another name.
    expect((await register("Maxilo")).status).toBe(201);
  });

  test("gives a name to one of three look-alikes that register at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = `o${newName()}`;
      const replies = await Promise.all([register(name), register(`0${name.slice(1)}`), register(`O${name.slice(1)}`)]);
      const statuses = replies.map(({ status }) => status);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    }
  });
});

describe("a change of the name", () => {
  test("is possible once a week, and repeating it is no change", async () => {
    const user = await app.user();
    const [first, second] = [newName(), newName()];
    expect((await rename(user, first)).status).toBe(200);
    expect((await rename(user, first)).status).toBe(200);
    const refused = await rename(user, second);
    expect(refused).toMatchObject({ status: 429, body: { code: "rename_too_soon" } });
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeLessThanOrEqual(DAYS_BETWEEN_RENAMES * 86_400);
    expect(seconds).toBeGreaterThan(DAYS_BETWEEN_RENAMES * 86_400 - 600);
    await passDays(user, DAYS_BETWEEN_RENAMES);
    expect((await rename(user, second)).status).toBe(200);
  });

  test("keeps the earlier name for its owner for 30 days, look-alikes too, and then frees it", async () => {
    const user = await app.user();
    const earlier = `l${newName()}`;
    await rename(user, earlier);
    await passDays(user, DAYS_BETWEEN_RENAMES);
    await rename(user, newName());
    const stranger = await app.user();
    for (const name of [earlier, earlier.toUpperCase(), `1${earlier.slice(1)}`]) {
      expect((await rename(stranger, name)).body).toMatchObject({ code: "username_taken" });
      expect((await register(name)).body.code).toBe("username_taken");
    }
    await passDays(user, DAYS_BETWEEN_RENAMES);
    expect((await rename(user, earlier)).status).toBe(200);
    await passDays(user, DAYS_BETWEEN_RENAMES);
    await rename(user, newName());
    await passDays(user, FORMER_NAME_DAYS);
    await runMaintenance(app.context);
    expect((await rename(stranger, earlier)).status).toBe(200);
  });

  test("is refused to a banned user, wherever the ban is", async () => {
    for (const video_id of [null, app.newVideoId()]) {
      const user = await app.user();
      await moderator.call("PUT", `/moderation/bans/${user.id}`, { video_id });
      expect(await rename(user, newName())).toMatchObject({ status: 403, body: { code: "banned" } });
      // Control: the same request after the ban.
      await moderator.call("DELETE", `/moderation/bans/${user.id}${video_id === null ? "" : `?video_id=${video_id}`}`);
      expect((await rename(user, newName())).status).toBe(200);
    }
  });

  test("passes the filters and the reserved names", async () => {
    const user = await app.user();
    expect((await rename(user, "darn_it")).body).toMatchObject({ code: "content_refused" });
    expect((await rename(user, "Support")).body).toMatchObject({ code: "username_taken" });
    expect((await rename(user, "\u3164\u3164")).body).toMatchObject({ code: "invalid_request" });
  });
});

describe("a moderator", () => {
  test("changes a name at once, bans and weeks notwithstanding, and nobody gets the earlier one", async () => {
    const user = await app.user();
    const [bad, good] = [newName(), newName()];
    await rename(user, bad);
    await moderator.call("PUT", `/moderation/bans/${user.id}`, {});
    expect((await force(moderator, user, good)).status).toBe(204);
    expect((await force(moderator, user, good)).status).toBe(204);
    expect((await user.call("GET", "/users/me")).body).toMatchObject({ user: { username: good } });
    await moderator.call("DELETE", `/moderation/bans/${user.id}`);
    expect((await rename(user, bad)).body).toMatchObject({ code: "rename_too_soon" });
    await passDays(user, DAYS_BETWEEN_RENAMES);
    expect((await rename(user, bad)).body).toMatchObject({ code: "username_taken" });
    expect((await register(bad)).body.code).toBe("username_taken");
    await passDays(user, FORMER_NAME_DAYS);
    expect((await rename(user, bad)).status).toBe(200);
  });

  test("can do so to users of a lower role only, and by the same rules for names", async () => {
    expect((await force(moderator, admin, newName())).status).toBe(403);
    expect((await force(moderator, await app.moderator(), newName())).status).toBe(403);
    const user = await app.user();
    expect((await force(moderator, user, "system")).body).toMatchObject({ code: "username_taken" });
    expect((await force(moderator, user, "darn")).body).toMatchObject({ code: "content_refused" });
    expect((await force(moderator, user, "---")).body).toMatchObject({ code: "invalid_request" });
  });
});

test("names from before the rules keep working, are protected from look-alikes, and may share a look", async () => {
  const { db } = app.context;
  const users = [await app.user("Legacyl"), await app.user("legacy_other")];
  const [first, second] = users as [Client, Client];
  // As the rows of an earlier version are.
  await db
    .updateTable("users")
    .set({ username: "Legacy1", username_canonical: "legacy1" })
    .where("id", "=", second.id)
    .execute();
  const ids = [first.id, second.id];
  await db.updateTable("users").set({ looks_version: 0 }).where("id", "in", ids).execute();
  await db.deleteFrom("username_looks").where("user_id", "in", ids).execute();
  expect((await register("legacyI")).status).toBe(201);
  for (let round = 0; round < 2; round += 1) await runMaintenance(app.context);
  const rows = await db.selectFrom("users").select(["id", "looks_version"]).where("id", "in", ids).execute();
  expect(rows.map(({ looks_version }) => looks_version)).toEqual([LOOKS_VERSION, LOOKS_VERSION]);
  expect((await register("ⅼegacyl")).status).toBe(409);
  expect((await rename(first, "Legacyl")).status).toBe(200);
  expect((await rename(second, newName())).status).toBe(200);
});

test("a body that is not UTF-8 is refused and not repaired", async () => {
  const user = await app.user();
  const send = (bytes: Buffer) =>
    app.send(`/v1/videos/${app.newVideoId()}/comments`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${user.accessToken}`,
        "idempotency-key": randomUUID(),
      },
      body: new Uint8Array(bytes),
    });
  for (const hex of ["ff", "c0af", "eda080", "f8888080", "e282", "80"]) {
    const bytes = Buffer.concat([Buffer.from('{"content":"a'), Buffer.from(hex, "hex"), Buffer.from('"}')]);
    const response = await send(bytes);
    expect([hex, response.status, await response.json()]).toMatchObject([hex, 400, { code: "malformed_json" }]);
  }
  // Controls: the replacement character itself, and a byte order mark, are fine.
  expect((await send(Buffer.from('{"content":"a\ufffd"}'))).status).toBe(201);
  expect((await send(Buffer.from('\ufeff{"content":"a"}'))).status).toBe(201);
});
