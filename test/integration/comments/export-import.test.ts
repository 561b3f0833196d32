import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import type { App } from "../../support/app/app.ts";
import { useApp } from "../../support/app/use-app.ts";

const source = useApp({ users: { ada: "user" } });
const target = useApp();
const { ada } = source.users;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-import-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Exports a video of the source to a file, or imports it into an app. Gives the progress that the script reported. */
async function exportVideo(video: string, file: string): Promise<string> {
  const { code, error } = await source.script("export", "--video", video, "--out", file);
  expect(code).toBe(0);
  return error;
}

async function importVideo(app: App, video: string, file: string): Promise<string> {
  const { code, error } = await app.script("import", "--video", video, file);
  expect(code).toBe(0);
  return error;
}

const commentsIn = async (app: App, video: string) => (await app.anonymous.list(video)).body.comments;

describe("a video's comments", () => {
  test("are the same in another installation after export and import, and both can be repeated", async () => {
    const video = source.newVideoId();
    for (const text of ["one", "two\nlines \u2028 and\u2029more", "דג 👩‍👩‍👧‍👦"]) await ada.post(video, text);
    const { id } = (await ada.post(video, "to be edited")).body.comment;
    await ada.edit(video, id, "edited");
    const deleted = (await ada.post(video, "deleted")).body.comment;
    await ada.delete(video, deleted.id);
    const file = join(folder, "video.ndjson");
    const progress = await exportVideo(video, file);
    expect(progress).toContain(`[${"#".repeat(8)}${" ".repeat(22)}] 25 % 1 records written`);
    expect(progress).toContain(`[${"#".repeat(30)}] 100 % 4 records written`);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Comment).content)).toEqual([
      "one",
      "two\nlines \u2028 and\u2029more",
      "דג 👩‍👩‍👧‍👦",
      "edited",
    ]);

    // An export that was interrupted in its third line goes on from there.
    const whole = await readFile(file, "utf8");
    await writeFile(file, `${lines.slice(0, 2).join("\n")}\n${lines[2]!.slice(0, 20)}`);
    const resumed = await exportVideo(video, file);
    expect(resumed).toContain("50 % 1 records written");
    expect(resumed).toContain("100 % 2 records written");
    expect(await readFile(file, "utf8")).toBe(whole);

    for (const added of [4, 0]) expect(await importVideo(target, video, file)).toContain(`${added} comments added`);
    const [before, after] = [await commentsIn(source, video), await commentsIn(target, video)];
    const withoutSeqAndName = (comment: Comment) => ({ ...comment, seq: 0, user: comment.user.id });
    expect(after.map(withoutSeqAndName)).toEqual(before.map(withoutSeqAndName));
    expect((await target.mirror(video)).comments[id]).toMatchObject({ content: "edited" });

    // An import does not bring back a deleted comment.
    await appendFile(file, `${JSON.stringify({ ...deleted, content: "back" })}\n`);
    expect(await importVideo(source, video, file)).toContain("0 comments added");
    expect((await commentsIn(source, video)).map((comment) => comment.id)).not.toContain(deleted.id);
  });

  test("are imported up to the first invalid line, which the script names", async () => {
    const video = source.newVideoId();
    const { comment } = (await ada.post(video, "fine")).body;
    const file = join(folder, "bad.ndjson");
    await writeFile(
      file,
      `${JSON.stringify({ ...comment, id: randomUUID() })}\n${JSON.stringify({ ...comment, content: "\u0000" })}\n`,
    );
    expect(await source.script("import", "--video", video, file)).toMatchObject({
      code: 1,
      error: expect.stringContaining("Line 2 is no comment: content has control characters"),
    });
    const skipping = await source.script("import", "--video", video, "--skip-invalid", file);
    expect(skipping).toMatchObject({ code: 0, error: expect.stringContaining("Line 2 is no comment") });
    const missing = join(folder, "none");
    expect(await source.script("import", "--video", source.newVideoId(), missing)).toMatchObject({ code: 1 });
  });

  test("are imported with any name of their author, though somebody has the name that the author would get", async () => {
    const video = source.newVideoId();
    const file = join(folder, "names.ndjson");
    const { comment } = (await ada.post(video, "fine")).body;
    const names = ["ﷺﷺﷺﷺ", "\u3164\u3164", "कि".repeat(32), "p\u0430ypal", "taken"];
    const authors = names.map((username) => ({ id: randomUUID(), username }));
    await target.user(`taken-${authors.at(-1)!.id.slice(-8)}`);
    const lines = authors.map((user) => JSON.stringify({ ...comment, id: randomUUID(), user }));
    await writeFile(file, `${lines.join("\n")}\n`);
    expect(await importVideo(target, target.newVideoId(), file)).toContain(`${names.length} comments added`);
    const rows = await target.db
      .selectFrom("users")
      .select(["id", "username"])
      .where(
        "id",
        "in",
        authors.map(({ id }) => id),
      )
      .execute();
    const nameOf = new Map(rows.map(({ id, username }) => [id, username]));
    for (const { id } of [authors[0]!, authors[4]!]) expect(nameOf.get(id)).toBe(`imported-${id.slice(-12)}`);
    expect(nameOf.size).toBe(names.length);
  });

  test("are added once by three imports at the same time", async () => {
    const video = source.newVideoId();
    for (let n = 0; n < 5; n += 1) await ada.post(video, `${n}`);
    const file = join(folder, "twice.ndjson");
    await exportVideo(video, file);
    await Promise.all([1, 2, 3].map(() => target.script("import", "--video", video, file)));
    expect(await commentsIn(target, video)).toHaveLength(5);
  });
});
