import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstat, mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { exportComments } from "../../../functions/src/services/transfer/export-comments.ts";
import { useApp } from "../../support/app/use-app.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";
import { readExport } from "../../support/transfer/transfer.ts";

const app = useApp({ users: { ada: "user" } });
const { ada } = app.users;
const folder = useTemporaryFolder();
const file = () => join(folder.path, "video.ndjson");

async function videoWith(...contents: string[]): Promise<string> {
  const video = app.newVideoId();
  for (const content of contents) await ada.post(video, content);
  return video;
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const run = (video: string, ...options: string[]) =>
  app.script("export", "--video", video, "--out", file(), ...options);

test("an export is of one moment: what changes while it runs is not in it", async () => {
  const video = await videoWith("one", "two", "three");
  const [first] = (await app.anonymous.list(video)).body.comments.toReversed();
  await exportComments(app.context, video, async (header, comments) => {
    await ada.edit(video, first!.id, "changed meanwhile");
    await ada.post(video, "posted meanwhile");
    const exported = await allOf(comments);
    expect(exported.map(({ content }) => content)).toEqual(["one", "two", "three"]);
    expect(header).toMatchObject({ seq: 3, comments: 3 });
  });
  // Control: without the snapshot, they would be.
  await exportComments(app.context, video, async (header, comments) => {
    const exported = await allOf(comments);
    expect(exported.map(({ content }) => content)).toEqual(["two", "three", "changed meanwhile", "posted meanwhile"]);
    expect(header).toMatchObject({ seq: 5, comments: 4 });
  });
});

test("an export shows its progress, and says of which moment it is", async () => {
  const video = await videoWith("one", "two", "three", "four");
  const { code, out, error } = await run(video);
  expect([code, out]).toEqual([0, ""]);
  expect(error).toContain(`[${"#".repeat(8)}${" ".repeat(22)}] 25 % 1 comments written`);
  expect(error).toContain(`[${"#".repeat(30)}] 100 % 4 comments written`);
  const { exported_at } = (await readExport(file())).header;
  expect(error).toContain(`exported: 4 comments of video ${video}, as of change 4 (${exported_at})\n`);
});

test("an existing file stays as it is, until somebody confirms that it may be replaced", async () => {
  const [first, second] = [await videoWith("one"), await videoWith("two")];
  await run(first);
  const before = await readFile(file(), "utf8");
  for (const video of [first, second]) {
    const { code, out, error } = await run(video);
    expect([code, out, error]).toEqual([1, "", expect.stringMatching(/^Nothing was done\. .*--yes.*\n$/)]);
  }
  expect(await readFile(file(), "utf8")).toBe(before);
  const replaced = await run(second, "--yes", "--json");
  expect([replaced.code, JSON.parse(replaced.out)]).toEqual([
    0,
    expect.objectContaining({ video: second, comments: 1 }),
  ]);
  expect((await readExport(file())).header.id).toBe(second);
});

test("an empty file, and what a symbolic link leads to, are written", async () => {
  const video = await videoWith("one");
  const target = join(folder.path, "empty");
  await writeFile(target, "");
  await symlink(target, file());
  expect(await run(video)).toMatchObject({ code: 0 });
  expect((await lstat(file())).isSymbolicLink()).toBe(true);
  expect((await readExport(target)).comments).toHaveLength(1);
});

test("a device is written to, and stays a device", async () => {
  const video = await videoWith("one");
  const { code } = await app.script("export", "--video", video, "--out", "/dev/null");
  expect([code, (await lstat("/dev/null")).isCharacterDevice()]).toEqual([0, true]);
});

test("an export that fails leaves no file, and what was there before stays", async () => {
  const video = await videoWith("one");
  await mkdir(join(folder.path, "folder"));
  for (const out of [join(folder.path, "folder"), join(folder.path, "none", "file"), ""]) {
    const { code, error } = await app.script("export", "--video", video, "--out", out);
    expect([code, error]).toEqual([1, expect.not.stringMatching(/MySQL|^ {4}at /m)]);
    expect(error.trimEnd()).not.toContain("\n");
  }
  expect(await readdir(folder.path)).toEqual(["folder"]);
});

test("a reader of standard output who has left ends the export with one line about it", async () => {
  const video = await videoWith("one");
  const child = spawn(process.execPath, ["scripts/export.ts", "--video", video], { env: app.processEnv });
  child.stdout.destroy();
  const [error, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect([code, error]).toEqual([1, expect.stringContaining("Cannot write to standard output: ")]);
  expect(error).not.toMatch(/MySQL|^ {4}at /m);
});

test("an export that is interrupted leaves no part of a file", async () => {
  const video = await videoWith("one");
  // It waits in the middle of the export for a table that the test has locked.
  await using _ = await app.lockTable("held_comments");
  const args = ["scripts/export.ts", "--video", video, "--out", file()];
  const child = spawn(process.execPath, args, { env: app.processEnv });
  const ended = once(child, "close");
  await until("the partial file", async () => (await readdir(folder.path)).length > 0);
  child.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(await readdir(folder.path)).toEqual([]);
});
