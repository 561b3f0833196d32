import { describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { commentPath } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { moderator: "moderator" } });
const { moderator } = app.users;

interface Act {
  request: [method: string, path: string, body?: object];
  /** The action and the target of its audit entry. */
  entry: [action: string, target: string];
}

/** A user with a comment on a video, which is held for review if the video is. */
async function somebodyWithComment({ isReviewed = false } = {}) {
  const video = app.newVideoId();
  if (isReviewed) await moderator.configure(video, { hold_for_review: true });
  const user = await app.user();
  const { id } = (await user.post(video, "hello")).body.comment;
  return { user, id, path: commentPath(video, id) };
}

const ACTS: Record<string, () => Promise<Act>> = {
  async "deletes a comment"() {
    const { id, path } = await somebodyWithComment();
    return { request: ["DELETE", path], entry: ["comment.delete", id] };
  },
  async "deletes a held comment"() {
    const { id, path } = await somebodyWithComment({ isReviewed: true });
    return { request: ["DELETE", path], entry: ["comment.delete", id] };
  },
  async "approves a comment"() {
    const { id, path } = await somebodyWithComment({ isReviewed: true });
    return { request: ["POST", `${path}/approve`], entry: ["comment.approve", id] };
  },
  async "dismisses reports"() {
    const { user, id, path } = await somebodyWithComment();
    await user.call("POST", `${path}/reports`, { reason: "spam" });
    return { request: ["DELETE", `${path}/reports`], entry: ["reports.close", id] };
  },
  async "lifts a ban"() {
    const { id } = await app.user();
    await moderator.call("PUT", `/moderation/bans/${id}`, {});
    return { request: ["DELETE", `/moderation/bans/${id}`], entry: ["user.unban", id] };
  },
  async "registers a video"() {
    const video = app.newVideoId();
    return { request: ["PUT", `/videos/${video}`], entry: ["video.register", video] };
  },
};

/** As when MySQL goes away between two statements. */
async function failWithoutAuditLog(...request: Act["request"]): Promise<void> {
  await sql`CREATE TRIGGER no_audit BEFORE INSERT ON audit_log FOR EACH ROW SIGNAL SQLSTATE '45000'`.execute(app.db);
  const { status } = await moderator.call(...request);
  await sql`DROP TRIGGER no_audit`.execute(app.db);
  expect(status).toBe(500);
}

describe("what a moderator does is in the audit log, or has not happened", () => {
  test.each(Object.entries(ACTS))("%s", async (_, prepare) => {
    const { request, entry } = await prepare();
    await failWithoutAuditLog(...request);
    // If it had happened, there would be nothing to do any more, and nothing to log.
    expect((await moderator.call(...request)).status).toBeLessThan(300);
    expect(await app.audit(...entry)).toHaveLength(1);
  });

  test("bans a user", async () => {
    const { id } = await app.user();
    await failWithoutAuditLog("PUT", `/moderation/bans/${id}`, {});
    expect((await moderator.call("GET", `/moderation/bans?user_id=${id}`)).body).toMatchObject({ bans: [] });
  });

  test("erases a user's comments", async () => {
    const { user, path } = await somebodyWithComment();
    await failWithoutAuditLog("DELETE", `/moderation/users/${user.id}/comments`);
    expect((await moderator.call("GET", path)).status).toBe(200);
  });
});
