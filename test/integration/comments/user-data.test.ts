import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { quarantineComment } from "../../../functions/src/tables/sync/quarantined-comments.ts";
import { commentPath, type Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { environment } from "../../support/environment.ts";

const app = useApp({ users: { ada: "user" } });
const { ada } = app.users;

/** Runs a script on a user's data, and expects it to succeed. */
async function run(name: "export" | "erase", userId: string) {
  const result = await app.script(name, "--user", userId);
  expect(result).toMatchObject({ code: 0 });
  return result;
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

    const { out, error } = await run("export", user.id);
    const records = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(error).toContain(`100 % ${records.length} records written`);
    expect(new Set(records.map(({ type }) => type))).toEqual(
      new Set(["user", "device", "session", "report", "audit_entry", "comment"]),
    );
    for (const text of [user.email, user.username, "said first", "said then", "my note"]) expect(out).toContain(text);
    expect(out).not.toMatch(/argon2|of another/);

    expect((await run("erase", user.id)).out).toContain("1 comments");
    expect((await run("erase", user.id)).out).toContain("0 comments");
    expect(await user.isSignedIn()).toBe(false);
    const looks = app.db.selectFrom("username_looks").select("look").where("user_id", "=", user.id);
    expect(await looks.execute()).toEqual([]);
    const again = await run("export", user.id);
    for (const text of [user.email, user.username, "said", "my note", "test"]) expect(again.out).not.toContain(text);
    const { comments } = (await app.anonymous.list(video)).body;
    expect(comments.map((comment) => comment.id)).toEqual([other.id]);
    expect(await app.script("erase", "--user", randomUUID())).toMatchObject({ code: 1 });
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

    await run("erase", user.id);
    expect([await hasFirebaseAccount(user), await hasFirebaseAccount(ada)]).toEqual([false, true]);
    const quarantined = app.db.selectFrom("quarantined_comments").select("comment_id").where("video_id", "=", video);
    expect(await quarantined.execute()).toEqual([{ comment_id: ids[1] }]);
    // Safe to repeat when nothing is left.
    expect((await run("erase", user.id)).out).toContain("0 comments");
  });
});
