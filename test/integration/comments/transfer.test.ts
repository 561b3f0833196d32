import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createApp } from "../../../functions/src/app.ts";
import { quarantineComment } from "../../../functions/src/tables/sync/quarantined-comments.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import type { Client, Send } from "../../support/client.ts";
import { Client as ApiClient, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { environment } from "../../support/environment.ts";
import { createRealtimeClient } from "../../support/realtime.ts";

const run = promisify(execFile);
let source: TestContext;
let target: TestContext;
let send: Send;
let ada: Client;
let folder: string;
const newVideo = () => `v-${randomUUID()}`;

beforeAll(async () => {
  [source, target] = [await createTestContext(), await createTestContext()];
  const app = createApp(source);
  send = (path, init) => app.request(path, init);
  ada = await createUser(send);
  folder = await mkdtemp(join(tmpdir(), "transfer-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await source.close();
  await target.close();
});

function script(context: TestContext, name: string, ...args: string[]) {
  const key = `test:${"x".repeat(43)}`;
  const env = { ACCESS_TOKEN_KEYS: key, REFRESH_TOKEN_KEYS: key, ...process.env, MYSQL_URL: context.config.mysql.url };
  return run(process.execPath, [`scripts/${name}.ts`, ...args], { env });
}

async function listIn(context: TestContext, video: string): Promise<Comment[]> {
  const app = createApp(context);
  const reader = new ApiClient((path, init) => app.request(path, init));
  return (await reader.list(video)).body.comments;
}

describe("a video's comments", () => {
  test("go to another installation and come out the same; what was cut off goes on, and a second time adds nothing", async () => {
    const video = newVideo();
    for (const text of ["one", "two\nlines", "דג 👩‍👩‍👧‍👦"]) await ada.post(video, text);
    const { id } = (await ada.post(video, "to be edited")).body.comment;
    await ada.call("PATCH", `/videos/${video}/comments/${id}`, { content: "edited" }, { "if-match": "*" });
    const gone = (await ada.post(video, "deleted")).body.comment;
    await ada.delete(video, gone.id);
    const file = join(folder, "video.ndjson");
    const { stderr: progress } = await script(source, "export", "--video", video, "--out", file);
    expect(progress).toContain(`[${"#".repeat(8)}${" ".repeat(22)}] 25 % 1 records written`);
    expect(progress).toContain(`[${"#".repeat(30)}] 100 % 4 records written`);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Comment).content)).toEqual([
      "one",
      "two\nlines",
      "דג 👩‍👩‍👧‍👦",
      "edited",
    ]);

    // An export that was cut off in its third line, and comments that came since.
    const whole = await readFile(file, "utf8");
    await writeFile(file, `${lines.slice(0, 2).join("\n")}\n${lines[2]!.slice(0, 20)}`);
    const resumed = await script(source, "export", "--video", video, "--out", file);
    expect(resumed.stderr).toContain("50 % 1 records written");
    expect(resumed.stderr).toContain("100 % 2 records written");
    expect(await readFile(file, "utf8")).toBe(whole);

    for (const added of [4, 0]) {
      const { stderr } = await script(target, "import", "--video", video, file);
      expect(stderr).toContain(`${added} comments added`);
    }
    const [before, after] = [await listIn(source, video), await listIn(target, video)];
    const plain = (comment: Comment) => ({ ...comment, seq: 0, user: comment.user.id });
    expect(after.map(plain)).toEqual(before.map(plain));
    expect(await target.realtime.read(`comments/${video}/${id}`)).toMatchObject({ content: "edited" });
    // Not back where it was deleted.
    await appendFile(file, `${JSON.stringify({ ...gone, content: "back" })}\n`);
    expect((await script(source, "import", "--video", video, file)).stderr).toContain("0 comments added");
    expect((await listIn(source, video)).map((comment) => comment.id)).not.toContain(gone.id);
  });

  test("with a line that does not fit stop there, and say where", async () => {
    const video = newVideo();
    const { comment } = (await ada.post(video, "fine")).body;
    const file = join(folder, "bad.ndjson");
    await writeFile(
      file,
      `${JSON.stringify({ ...comment, id: randomUUID() })}\n${JSON.stringify({ ...comment, content: "\u0000" })}\n`,
    );
    await expect(script(source, "import", "--video", video, file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Line 2 is no comment: content has control characters"),
    });
    await expect(script(source, "import", "--video", newVideo(), join(folder, "none"))).rejects.toMatchObject({
      code: 1,
    });
  });

  test("twice at once are added once", async () => {
    const video = newVideo();
    for (let n = 0; n < 5; n += 1) await ada.post(video, `${n}`);
    const file = join(folder, "twice.ndjson");
    await script(source, "export", "--video", video, "--out", file);
    await Promise.allSettled([1, 2, 3].map(() => script(target, "import", "--video", video, file)));
    expect(await listIn(target, video)).toHaveLength(5);
  });
});

/** As an administrator of the project sees it. */
async function hasFirebaseAccount(client: Client): Promise<boolean> {
  const path = `identitytoolkit.googleapis.com/v1/projects/${environment("GCLOUD_PROJECT")}/accounts:lookup`;
  const response = await fetch(`http://${environment("FIREBASE_AUTH_EMULATOR_HOST")}/${path}`, {
    method: "POST",
    headers: { authorization: "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify({ localId: [client.session!.user.id] }),
  });
  const { users = [] } = (await response.json()) as { users?: unknown[] };
  return users.length > 0;
}

describe("one user's data", () => {
  test("is exported whole, without a secret, and of nobody else; erased, nothing says who they were", async () => {
    const video = newVideo();
    const user = await createUser(send);
    const { id: userId, email, username } = user.session!.user;
    const { id } = (await user.post(video, "said first")).body.comment;
    await user.call("PATCH", `/videos/${video}/comments/${id}`, { content: "said then" }, { "if-match": "*" });
    const other = (await ada.post(video, "of another")).body.comment;
    await user.call("POST", `/videos/${video}/comments/${other.id}/reports`, { reason: "spam", note: "my note" });

    const { stdout, stderr } = await script(source, "export", "--user", userId);
    const records = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(stderr).toContain(`100 % ${records.length} records written`);
    expect(new Set(records.map(({ type }) => type))).toEqual(
      new Set(["user", "device", "session", "report", "audit_entry", "comment"]),
    );
    for (const text of [email, username, "said first", "said then", "my note"]) expect(stdout).toContain(text);
    expect(stdout).not.toMatch(/argon2|of another/);

    expect((await script(source, "erase", "--user", userId)).stdout).toContain("1 comments");
    expect((await script(source, "erase", "--user", userId)).stdout).toContain("0 comments");
    expect((await user.call("GET", "/users/me")).status).toBe(401);
    const again = await script(source, "export", "--user", userId);
    for (const text of [email, username, "said", "my note", "test"]) expect(again.stdout).not.toContain(text);
    const listed = await listIn(source, video);
    expect(listed.map((comment) => comment.id)).toEqual([other.id]);
    await expect(script(source, "erase", "--user", randomUUID())).rejects.toMatchObject({ code: 1 });
  });

  test("erased, is gone from Firebase Auth and from quarantine too; another's stays", async () => {
    const video = newVideo();
    const user = await createUser(send);
    const ids: string[] = [];
    for (const client of [user, ada]) {
      const { id } = (await client.post(video, "refused")).body.comment;
      await quarantineComment(source.db, { comment_id: id, video_id: video, seq: 1, reason: "refused" });
      ids.push(id);
      // A Firebase account comes to be at the first sign-in with a custom token.
      await (await createRealtimeClient(client.session!.firebase_token)).close();
      expect(await hasFirebaseAccount(client)).toBe(true);
    }
    // Deleted before: the quarantine row of its old change is all that is left.
    await user.delete(video, ids[0]!);

    await script(source, "erase", "--user", user.session!.user.id);
    expect([await hasFirebaseAccount(user), await hasFirebaseAccount(ada)]).toEqual([false, true]);
    const quarantined = source.db.selectFrom("quarantined_comments").select("comment_id").where("video_id", "=", video);
    expect(await quarantined.execute()).toEqual([{ comment_id: ids[1] }]);
    // Nothing there any more, in neither: safe to repeat.
    expect((await script(source, "erase", "--user", user.session!.user.id)).stdout).toContain("0 comments");
  });
});
