import { expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runScript } from "../../support/app/processes/script.ts";
import { useApp } from "../../support/app/use-app.ts";
import { ageVisits } from "../../support/app/users.ts";
import { environment } from "../../support/environment.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const app = useApp({ users: { ada: "user" } });
const { ada } = app.users;
const folder = useTemporaryFolder();

test.each([
  ["sync", "status"],
  ["admin", "list"],
])("%s %s without an environment finds the platform that runs", async (name, ...args) => {
  const { code, error } = await runScript(name, args, { PLATFORM_FOLDER: environment("PLATFORM_FOLDER") });
  expect([code, error]).toEqual([0, ""]);
});

test.each([
  ["sync", "status"],
  ["admin", "list"],
  ["export", "--video", "v"],
  ["erase", "--user", "u", "--yes"],
  ["import", "--video", "v", "package.json"],
])("%s %s says in one line what is missing if no platform runs", async (name, ...args) => {
  const { code, out, error } = await runScript(name, args, { PLATFORM_FOLDER: folder.path });
  expect([code, out, error]).toEqual([1, "", expect.stringMatching(/^No database: .*npm start.* MYSQL_URL .*\n$/)]);
});

test("a MYSQL_URL of another database is not mixed with the platform's environment", async () => {
  const env = { PLATFORM_FOLDER: environment("PLATFORM_FOLDER"), MYSQL_URL: app.context.config.mysql.url };
  const { code, error } = await runScript("sync", ["status"], env);
  expect([code, error]).toEqual([1, expect.stringMatching(/^the environment is not valid.*GCLOUD_PROJECT.*\n$/)]);
});

test("an export of a video or user that does not exist is an error, and writes no file", async () => {
  const file = join(folder.path, "none.ndjson");
  for (const [option, name] of [
    ["--video", app.newVideoId()],
    ["--user", randomUUID()],
    ["--user", "no@example.com"],
  ]) {
    const { code, out, error } = await app.script("export", option!, name!, "--out", file);
    expect([code, out, error]).toEqual([3, "", expect.stringMatching(/^There is no (video|user) .*\n$/)]);
  }
  await expect(readFile(file)).rejects.toThrow("ENOENT");
});

test.each([
  ["erase", "--user", randomUUID(), "--yes"],
  ["erase", "--user", "no@example.com"],
  ["admin", "unlock", "no@example.com"],
  ["admin", "sign-out", randomUUID(), "--json"],
  ["sync", "rebuild", "nowhere"],
  ["sync", "epoch", "nowhere", "--json"],
  ["sync", "retry", "nowhere"],
  ["sync", "reconcile", "nowhere"],
])("%s %s %s: a video or user that does not exist has an exit code of its own", async (name, ...args) => {
  const { code, out, error } = await app.script(name, ...args);
  expect([code, out, error]).toEqual([3, "", expect.stringMatching(/^There is no (video|user) .*\n$/)]);
});

test("each command prints its result as JSON on standard output, and nothing else there", async () => {
  const [user, video] = [await app.user(), app.newVideoId()];
  await user.post(video, "one");
  const file = join(folder.path, "json.ndjson");
  const json = async (name: string, ...args: string[]) => {
    const { code, out, error } = await app.script(name, ...args, "--json");
    if (out === "") throw new Error(error);
    return [code, JSON.parse(out) as unknown];
  };
  const { id } = user;
  expect(await json("export", "--video", video, "--out", file)).toEqual([
    0,
    { video, seq: 1, comments: 1, exported_at: expect.any(String) },
  ]);
  expect(await json("import", "--video", video, file)).toEqual([
    0,
    { video, added: 0, existing: 1, different: 0, invalid: 0 },
  ]);
  expect(await json("sync", "rebuild", video)).toEqual([0, [video]]);
  expect(await json("admin", "grant", id, "moderator")).toEqual([0, { id, role: "moderator", changed: true }]);
  expect(await json("admin", "demote", user.email)).toEqual([0, { id, role: "user", changed: true }]);
  expect(await json("admin", "unlock", id)).toEqual([0, { id }]);
  expect(await json("admin", "deactivate", id)).toEqual([0, { id, is_active: false, changed: true }]);
  expect(await json("admin", "activate", id)).toEqual([0, { id, is_active: true, changed: true }]);
  expect(await json("admin", "reset-password", id)).toEqual([0, { id, password: expect.any(String) }]);
  expect(await json("admin", "sign-out", id)).toEqual([0, { id, sessions_ended: 0 }]);
  const email = `${id}@released.invalid`;
  expect(await json("admin", "release-email", id, "--yes")).toEqual([0, { id, email, changed: true }]);
  await ageVisits(app, user);
  expect(await json("erase", "--user", id, "--yes")).toEqual([0, { id, erased: 1 }]);
});

test("a user is exported by e-mail address as by id", async () => {
  const [byEmail, byId] = [
    await app.script("export", "--user", ada.email),
    await app.script("export", "--user", ada.id),
  ];
  expect([byEmail.code, byEmail.out]).toEqual([0, byId.out]);
  expect(byId.out).toContain(ada.id);
});

test("an erasure shows whose account it is, and does nothing until it is confirmed", async () => {
  const user = await app.user();
  const refused = await app.script("erase", "--user", user.email);
  expect([refused.code, refused.out]).toEqual([1, ""]);
  for (const text of [user.id, user.username, "Nothing was done", "--yes"]) expect(refused.error).toContain(text);
  expect(await user.isSignedIn()).toBe(true);
  await ageVisits(app, user);
  expect(await app.script("erase", "--user", user.email, "--yes")).toMatchObject({
    code: 0,
    out: "erased: the account and 0 comments\n",
  });
  expect(await user.isSignedIn()).toBe(false);
});
