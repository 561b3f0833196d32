import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_EDITS } from "../../../functions/src/contract/limits.ts";
import type { ExportedComment } from "../../../functions/src/contract/transfer.ts";
import type { App } from "../../support/app/app.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { exportVideo, importVideo, runExport, runImport, writeLines } from "../../support/transfer/transfer.ts";

const source = useApp({ users: { ada: "user" } });
const target = useApp({ users: { grace: "user" } });
const { ada } = source.users;
const { grace } = target.users;
const folder = useTemporaryFolder();

const commentsIn = async (app: App, video: string) => (await app.anonymous.list(video)).body.comments;
const contentsIn = async (app: App, video: string) => (await commentsIn(app, video)).map(({ content }) => content);
const file = () => join(folder.path, "video.ndjson");

const somebody = { id: randomUUID(), username: "somebody" };

function record(values: Partial<ExportedComment> = {}): ExportedComment {
  const at = "2026-11-20T18:04:05.123Z";
  const times = { created_at: at, updated_at: at, edited_at: null };
  return { type: "comment", id: randomUUID(), content: "fine", user: somebody, ...times, version: 1, ...values };
}

/** Imports these records in this process; returns what it did. */
async function addRecords(records: object[]) {
  await writeLines(file(), records);
  return importVideo(target, target.newVideoId(), file());
}

/** What the import of these records prints. */
async function importRecords(records: object[], ...options: string[]) {
  await writeLines(file(), records);
  return target.script("import", "--video", target.newVideoId(), file(), ...options);
}

describe("an import", () => {
  test("gives an author another name if a user from before the looks of names has it", async () => {
    const owner = await target.user();
    await target.db.deleteFrom("username_looks").where("user_id", "=", owner.id).execute();
    const author = { id: randomUUID(), username: owner.username };
    expect(await addRecords([record({ user: author })])).toMatchObject({ added: 1 });
    const { username } = await target.db
      .selectFrom("users")
      .select("username")
      .where("id", "=", author.id)
      .executeTakeFirstOrThrow();
    expect(username).not.toBe(owner.username);
    expect(username.startsWith(owner.username)).toBe(true);
  });

  test("can be repeated, reaches listeners, and brings no deleted comment back", async () => {
    const video = source.newVideoId();
    const [one, two] = [(await ada.post(video, "one")).body.comment, (await ada.post(video, "two")).body.comment];
    await runExport(source, video, file());
    expect(await runImport(target, video, file())).toMatchObject({ video, added: 2, existing: 0, different: 0 });
    expect(await runImport(target, video, file())).toMatchObject({ video, added: 0, existing: 2, different: 0 });
    expect((await target.mirror(video)).comments[one.id]).toMatchObject({ content: "one" });

    await ada.delete(video, two.id);
    expect(await importVideo(source, video, file())).toMatchObject({ added: 0, existing: 2, different: 1 });
    expect(await contentsIn(source, video)).toEqual(["one"]);
    // Nor does an older export, where the deletion was imported.
    const newer = join(folder.path, "newer.ndjson");
    await exportVideo(source, video, newer);
    await using third = await startApp();
    expect(await importVideo(third, video, newer)).toMatchObject({ added: 2 });
    expect(await importVideo(third, video, file())).toMatchObject({ added: 0, existing: 2, different: 1 });
    expect(await contentsIn(third, video)).toEqual(["one"]);
  });

  test("takes comments as the API shows them, without a header", async () => {
    const video = source.newVideoId();
    const { id } = (await ada.post(video, "first")).body.comment;
    const { comment } = (await ada.edit(video, id, "edited")).body;
    await writeLines(file(), [comment]);
    expect(await importVideo(target, video, file())).toMatchObject({ added: 1 });
    expect(await commentsIn(target, video)).toMatchObject([{ id, content: "edited", edited: true, version: 2 }]);
  });

  test("takes the times of all years from 0000 to 9999, to the millisecond", async () => {
    const years = ["0000", "0001", "0069", "0070", "0099", "0100", "0999", "1000", "1969", "1970", "2038", "9999"];
    const records = years.map((year) =>
      record({
        created_at: `${year}-01-01T00:00:00.000Z`,
        updated_at: `${year}-12-31T23:59:59.999Z`,
        edited_at: `${year}-02-28T12:00:00.001Z`,
        version: 2,
        revisions: [{ version: 1, content: "before", since: `${year}-01-31T00:00:00.009Z` }],
      }),
    );
    const video = target.newVideoId();
    await writeLines(file(), records);
    await importVideo(target, video, file());
    const exported = await exportVideo(target, video, join(folder.path, "again"));
    const times = ({ created_at, updated_at, edited_at, revisions }: ExportedComment) => {
      return [created_at, updated_at, edited_at, revisions];
    };
    expect(exported.comments.map(times)).toEqual(records.map(times));
    const byId = new Map((await commentsIn(target, video)).map((comment) => [comment.id, comment]));
    const shown = records.map(({ id }) => byId.get(id)?.updated_at);
    expect(shown).toEqual(records.map(({ updated_at }) => updated_at));
  });

  test("adds a comment once that the file has twice, near or far from each other", async () => {
    const [twice, ...others] = Array.from({ length: 250 }, (_, n) => record({ content: `${n}` }));
    const records = [twice!, twice!, ...others, twice!];
    const { code, error } = await importRecords(records);
    expect([code, error]).toEqual([0, expect.stringContaining("250 comments added, 2 were there already.\n")]);
    expect(error).not.toMatch(/insert|SQL|Duplicate/i);
  });

  test("adds each comment once, and succeeds, if three run at the same time", async () => {
    const video = source.newVideoId();
    for (let n = 0; n < 5; n += 1) await ada.post(video, `${n}`);
    await exportVideo(source, video, file());
    const imports = await Promise.all([1, 2, 3].map(() => runImport(target, video, file())));
    expect(imports.reduce((sum, { added }) => sum + Number(added), 0)).toBe(5);
    expect(await commentsIn(target, video)).toHaveLength(5);
  });

  test("with the most that a comment can have is taken", async () => {
    const long = "😀".repeat(2_000);
    const since = "2026-11-20T18:04:05.123Z";
    const revisions = Array.from({ length: MAX_EDITS }, (_, n) => ({ version: n + 1, content: long, since }));
    const most = record({ content: long, version: MAX_EDITS + 1, edited_at: since, revisions });
    const escaped = JSON.stringify(most).replaceAll("😀", String.raw`\ud83d\ude00`);
    await writeFile(file(), `${escaped}\n`);
    const video = target.newVideoId();
    expect(await importVideo(target, video, file())).toMatchObject({ added: 1 });
    const { comments } = await exportVideo(target, video, join(folder.path, "again"));
    expect(comments[0]?.revisions).toEqual(revisions);
  });
});

describe("an import stops with one line that names the cause, and says how many comments it added", () => {
  const id = randomUUID();
  // test/unit/scripts/import-record.test.ts has all that can be wrong with a line.
  test.each<[string, object, RegExp]>([
    [
      "a text that nobody could post",
      { content: "\u0000" },
      /^Line 202 is no comment: content has control characters/m,
    ],
    ["a second header", { type: "video", id: "b", comments: 0 }, /^Line 202 begins another export, of video b\./m],
  ])("%s", async (_, values, message) => {
    const fine = Array.from({ length: 201 }, () => record());
    const { code, out, error } = await importRecords([...fine, record({ id, ...values })]);
    expect([code, out, error]).toEqual([1, "", expect.stringMatching(message)]);
    expect(error).toContain("201 comments added. It did not finish:\n");
    expect(error).not.toMatch(/^ {4}at |insert into|SELECT/im);
  });

  test("a comment of another video", async () => {
    const [here, there] = [record(), record()];
    expect(await addRecords([there])).toMatchObject({ added: 1 });
    const refused = await importRecords([here, there]);
    expect([refused.code, refused.error]).toEqual([
      1,
      expect.stringMatching(/^Line 2 is a comment of another video: /m),
    ]);
    expect(refused.error).not.toMatch(/^ {4}at /m);
    const skipping = await importRecords([here, there], "--skip-invalid");
    expect(skipping.error).toContain("1 comments added, 1 invalid lines skipped.");
    expect(await importRecords([there], "--skip-invalid", "--json")).toMatchObject({
      code: 0,
      out: expect.stringContaining('"added":0,"existing":0,"different":0,"invalid":1'),
    });
  });

  test("a file that is cut off, in a line and between two", async () => {
    const video = source.newVideoId();
    for (const text of ["one", "two", "three"]) await ada.post(video, text);
    await exportVideo(source, video, file());
    const lines = (await readFile(file(), "utf8")).split("\n");
    const [header, first, second] = lines;
    for (const [rest, done, message] of [
      [`${header}\n${first}\n`, "1 comments added.", "is cut off: it has 1 of 3 comments. Export them again.\n"],
      [`${header}\n${first}\n${second!.slice(0, 20)}`, "0 comments added, 1 were there", "Line 3 is not JSON.\n"],
    ] as const) {
      await writeFile(file(), rest);
      const { code, error } = await target.script("import", "--video", video, file());
      expect([code, error, error]).toEqual([1, expect.stringContaining(message), expect.stringContaining(done)]);
    }
  });

  test("a file in another encoding", async () => {
    await writeFile(file(), Buffer.from(`${JSON.stringify(record({ content: "Grüße" }))}\n`, "latin1"));
    const { code, error } = await target.script("import", "--video", target.newVideoId(), file());
    expect([code, error]).toEqual([1, expect.stringContaining("is not UTF-8, in line 1 or soon after it.\n")]);
  });

  test("two exports in one file", async () => {
    const [first, second] = [source.newVideoId(), source.newVideoId()];
    for (const video of [first, second]) await ada.post(video, "one");
    await exportVideo(source, first, file());
    await exportVideo(source, second, join(folder.path, "second"));
    await appendFile(file(), await readFile(join(folder.path, "second")));
    const { code, error } = await target.script("import", "--video", first, file());
    expect([code, error]).toEqual([1, expect.stringContaining(`Line 3 begins another export, of video ${second}.`)]);
  });
});

test("with --skip-invalid it names each invalid line, and goes on", async () => {
  const { code, error } = await importRecords([record(), record({ content: "" }), record()], "--skip-invalid");
  expect(code).toBe(0);
  expect(error).toContain("Line 2 is no comment: content has nothing that can be seen.\n");
  expect(error).toContain("2 comments added, 1 invalid lines skipped.\n");
});

describe("the author of an imported comment", () => {
  const namesOf = async (users: { id: string }[]) => {
    const ids = users.map(({ id }) => id);
    const rows = await target.db.selectFrom("users").select(["id", "username"]).where("id", "in", ids).execute();
    const nameOf = new Map(rows.map(({ id, username }) => [id, username]));
    return ids.map((id) => nameOf.get(id));
  };

  test("has their own name if it is free, otherwise one like it, and a reserved one if their own breaks the rules", async () => {
    const free = `𠮷${"𠮷".repeat(22)}`;
    const taken = [grace.username, grace.username.toUpperCase()];
    const strange = ["ﷺﷺﷺﷺ", "\u3164\u3164", "p\u0430ypal", "admin"];
    const authors = [free, ...taken, ...strange].map((username) => ({ id: randomUUID(), username }));
    await addRecords(authors.map((user) => record({ user })));
    const suffixed = ({ id, username }: { id: string; username: string }) => `${username}-${id.slice(-8)}`;
    const [, second, third, ...others] = authors;
    const reserved = others.map(({ id }) => `imported-${id.slice(-12)}`);
    reserved[3] = suffixed(others[3]!);
    expect(await namesOf(authors)).toEqual([free, suffixed(second!), suffixed(third!), ...reserved]);
  });

  test("keeps it from others, and others keep what looks like it", async () => {
    const user = { id: randomUUID(), username: "maxi-million" };
    const lookalike = { id: randomUUID(), username: "rnaxi-million" };
    await addRecords([record({ user }), record({ user: lookalike })]);
    expect(await namesOf([user, lookalike])).toEqual([user.username, `rnaxi-million-${lookalike.id.slice(-8)}`]);
    const registration = { email: "max@example.com", username: "maxi-million", password: "another good phrase" };
    expect((await target.anonymous.call("POST", "/users", registration)).status).toBe(409);
  });
});
