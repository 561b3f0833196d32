import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { eraseUser } from "../../../functions/src/services/accounts/user-data.ts";
import { OPERATOR } from "../../../functions/src/services/operation/audit.ts";
import { quarantineComment } from "../../../functions/src/tables/sync/quarantined-comments.ts";
import { commentPath, type Client } from "../../support/app/client.ts";
import { ageVisits } from "../../support/app/users.ts";
import { useApp } from "../../support/app/use-app.ts";
import { environment } from "../../support/environment.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { ada: "user", moderator: "moderator" } });
const { ada, moderator } = app.users;

/** What `npm run export` writes of a user. */
async function exportOf(user: Client) {
  const result = await app.script("export", "--user", user.id);
  expect(result).toMatchObject({ code: 0 });
  return result;
}

async function erase(user: Client) {
  await ageVisits(app, user);
  return eraseUser(app.context, OPERATOR, user.id);
}

/** Whether Firebase Auth has an account of the user, as an administrator of the project sees it. */
async function hasFirebaseAccount({ id }: Client): Promise<boolean> {
  const path = `identitytoolkit.googleapis.com/v1/projects/${environment("GCLOUD_PROJECT")}/accounts:lookup`;
  const response = await fetch(`http://${environment("FIREBASE_AUTH_EMULATOR_HOST")}/${path}`, {
    method: "POST",
    headers: { authorization: "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify({ localId: [id] }),
  });
  const { users = [] } = (await response.json()) as { users?: unknown[] };
  return users.length > 0;
}

describe("one user's data", () => {
  test("is exported completely, without secrets or data of others, and nothing of it is left once erased", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    const { id } = (await user.post(video, "said first")).body.comment;
    await user.edit(video, id, "said then");
    const other = (await ada.post(video, "of another")).body.comment;
    await user.call("POST", `${commentPath(video, other.id)}/reports`, { reason: "spam", note: "my note" });

    await user.call("POST", "/realtime/token", { video_id: video });

    const { out, error } = await exportOf(user);
    const records = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(error).toContain(`100 % ${records.length} records written`);
    expect(new Set(records.map(({ type }) => type))).toEqual(
      new Set(["user", "device", "session", "watched_video", "report", "audit_entry", "comment"]),
    );
    for (const text of [user.email, user.username, "said first", "said then", "my note"]) expect(out).toContain(text);
    expect(out).not.toMatch(/argon2|of another/);

    expect(await erase(user)).toEqual({ erased: 1 });
    expect(await erase(user)).toEqual({ erased: 0 });
    expect(await user.isSignedIn()).toBe(false);
    const looks = app.db.selectFrom("username_looks").select("look").where("user_id", "=", user.id);
    expect(await looks.execute()).toEqual([]);
    const again = await exportOf(user);
    for (const text of [user.email, user.username, "said", "my note", "test"]) expect(again.out).not.toContain(text);
    const { comments } = (await app.anonymous.list(video)).body;
    expect(comments.map((comment) => comment.id)).toEqual([other.id]);
    expect(await app.script("erase", "--user", randomUUID())).toMatchObject({ code: 3 });
  });

  test("is exported with what a held comment said before it was edited", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    await moderator.call("PATCH", `/videos/${video}`, { hold_for_review: true });
    const { id } = (await user.post(video, "held first")).body.comment;
    await user.edit(video, id, "held then");
    const { out } = await exportOf(user);
    const records = out.trimEnd().split("\n");
    expect(records.find((line) => line.includes('"held_comment"'))).toMatch(/"held then".*"held first"/);
  });

  test("is erased in Firebase Auth and in the quarantine too, and another user's is not", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    const ids: string[] = [];
    for (const client of [user, ada]) {
      const { id } = (await client.post(video, "refused")).body.comment;
      await quarantineComment(app.db, { comment_id: id, video_id: video, seq: 1, reason: "refused" });
      ids.push(id);
      // The first sign-in with a custom token creates the Firebase account.
      await app.connect(client.firebaseToken);
      expect(await hasFirebaseAccount(client)).toBe(true);
    }
    // The comment is deleted already: the quarantined row of its old change is all that is left.
    await user.delete(video, ids[0]!);

    await erase(user);
    expect([await hasFirebaseAccount(user), await hasFirebaseAccount(ada)]).toEqual([false, true]);
    const quarantined = app.db.selectFrom("quarantined_comments").select("comment_id").where("video_id", "=", video);
    expect(await quarantined.execute()).toEqual([{ comment_id: ids[1] }]);
    // Safe to repeat when nothing is left.
    expect(await erase(user)).toEqual({ erased: 0 });
  });

  test("leaves no address in the audit log, and no note about the user's comments", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    const there = user.from("203.0.113.77");
    const session = there.with((await there.signIn({ device: { id: "phone" } })).body);
    await there.signIn({ password: "wrong wrong" });
    const { id } = (await session.post(video, "about me")).body.comment;
    await ada.call("POST", `${commentPath(video, id)}/reports`, { reason: "other", note: "he lives in Ulm" });
    await there.call("DELETE", "/sessions/current");
    const traces = async () => {
      const entries = await app.db.selectFrom("audit_log").selectAll().where("address", "=", "203.0.113.77").execute();
      const reports = await app.db.selectFrom("reports").selectAll().where("comment_id", "=", id).execute();
      return [...entries, ...reports];
    };
    const mirrored = async () => {
      await app.context.userRelay.runTask({ user_id: user.id }, 0);
      return app.context.realtime.read(`online/${user.id}`);
    };
    // Control: what is gone afterwards was there.
    expect(await traces()).toHaveLength(4);
    expect(await mirrored()).toHaveProperty("last_seen");
    await erase(user);
    expect(await traces()).toEqual([]);
    expect(await mirrored()).toEqual({ online: false, seq: expect.any(Number), change_id: expect.any(String) });
  });

  test("is erased with a post that was under way at the deactivation", async () => {
    const video = app.newVideoId();
    await ada.post(video, "of another");
    const user = await app.user();
    const { commitPost } = app.context;
    const [begun, erasedOnce] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const commitLate: typeof commitPost = async (...post) => {
      begun.resolve();
      await erasedOnce.promise;
      return commitPost(...post);
    };
    Object.assign(app.context, { commitPost: commitLate });
    try {
      const posting = user.post(video, "late");
      await begun.promise;
      const erasing = eraseUser(app.context, OPERATOR, user.id);
      const looks = app.db.selectFrom("username_looks").select("look").where("user_id", "=", user.id);
      await until("the first erasure", async () => (await looks.execute()).length === 0);
      erasedOnce.resolve();
      // Control: it is posted after the first erasure.
      expect((await posting).status).toBe(201);
      expect(await erasing).toEqual({ erased: 1 });
    } finally {
      Object.assign(app.context, { commitPost });
    }
    expect((await ada.list(video)).body.comments.map(({ content }) => content)).toEqual(["of another"]);
  });

  test("is erased though the user gave a device the id that we gave another one", async () => {
    const user = await app.user();
    await user.onDevice("-");
    const first = (await user.devices()).find(({ device_id }) => device_id === "-");
    await user.onDevice(first!.id);
    await erase(user);
    const rows = await app.db.selectFrom("user_devices").selectAll().where("user_id", "=", user.id).execute();
    expect(rows).toHaveLength(3);
    for (const { id, device_id } of rows) expect(device_id).toBe(`erased:${id}`);
  });

  test("is erased though somebody has the name and the address that erasure uses, and more rows than one batch", async () => {
    const user = await app.user();
    const name = `erased-${user.id.slice(-12)}`;
    const squatter = {
      id: randomUUID(),
      email: `${user.id}@erased.invalid`,
      username: name,
      email_canonical: `${user.id}@erased.invalid`,
      username_canonical: name,
      password_hash: "$argon2id$squatter",
    };
    await app.db.insertInto("users").values(squatter).execute();
    const held = Array.from({ length: 450 }, () => ({
      id: app.context.newId(),
      video_id: "held",
      user_id: user.id,
      content: "held",
      inserted_at: new Date(),
      updated_at: new Date(),
    }));
    await app.db.insertInto("held_comments").values(held).execute();
    const keys = Array.from({ length: 1_100 }, (_, n) => ({
      user_id: user.id,
      idempotency_key: `k${n}`,
      fingerprint: Buffer.alloc(32),
      response: "{}",
      comment_id: user.id,
    }));
    await app.db.insertInto("idempotency_keys").values(keys).execute();
    const { id: reported } = (await user.post(app.newVideoId(), "reported by many")).body.comment;
    const many = Array.from({ length: 1_100 }, () => randomUUID());
    const reporters = many.map((id) => {
      const email = `${id}@example.com`;
      return { id, email, username: id, email_canonical: email, username_canonical: id, password_hash: "" };
    });
    await app.db.insertInto("users").values(reporters).execute();
    const reports = many.map((id) => ({ comment_id: reported, user_id: id, reason: "spam" as const, note: "mine" }));
    await app.db.insertInto("reports").values(reports).execute();
    const about = { actor_id: null, target_type: "user", target_id: user.id, address: "203.0.113.78", details: "{}" };
    const entries = many.map((id) => ({ ...about, id, action: "user.sign_in_failed" }));
    await app.db.insertInto("audit_log").values(entries).execute();

    await ageVisits(app, user);
    const { out, error } = await app.script("erase", "--user", user.id, "--yes");
    expect(out).toContain("451 comments");
    expect(await app.db.selectFrom("reports").selectAll().where("comment_id", "=", reported).execute()).toEqual([]);
    const withAddress = app.db.selectFrom("audit_log").selectAll().where("address", "=", "203.0.113.78");
    expect(await withAddress.execute()).toEqual([]);
    expect(error).not.toMatch(/argon2|UPDATE/);
    for (const table of ["held_comments", "idempotency_keys"] as const)
      expect(await app.db.selectFrom(table).select("user_id").where("user_id", "=", user.id).execute()).toEqual([]);
    const row = await app.db.selectFrom("users").selectAll().where("id", "=", user.id).executeTakeFirstOrThrow();
    expect(row.username).toMatch(/^erased-/);
    expect(row.email).toMatch(/@erased\.invalid$/);
  });
});
