import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { join } from "node:path";
import { Content } from "../../../functions/src/routes/schemas/comment.ts";
import type { App } from "../../support/app/app.ts";
import { type Client, commentPath } from "../../support/app/client.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { ageVisits } from "../../support/app/users.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";
import { type ExportFile, runExport, runImport } from "../../support/transfer/transfer.ts";

const source = useApp();
const folder = useTemporaryFolder();

/** What people can do on a video. Numbers choose among what there is. */
type Operation =
  | { kind: "post" | "edit"; who: number; which: number; content: string }
  | { kind: "delete" | "approve" | "moderate" | "erase"; who: number; which: number }
  | { kind: "rename"; who: number; name: string }
  | { kind: "review"; isOn: boolean };

/** A video, its people, and what was posted there. */
interface Stage {
  video: string;
  moderator: Client;
  people: Client[];
  posted: { id: string; author: Client }[];
}

async function newStage(): Promise<Stage> {
  const people = [await source.user(), await source.user(), await source.user()];
  return { video: source.newVideoId(), moderator: await source.moderator(), people, posted: [] };
}

const chosen = <T>(items: T[], n: number): T | undefined => items[n % Math.max(1, items.length)];

/** Most operations are refused now and then: the comment is gone, the user is erased. That is a state too. */
async function run({ video, moderator, people, posted }: Stage, operation: Operation): Promise<void> {
  if (operation.kind === "review") {
    await moderator.configure(video, { hold_for_review: operation.isOn });
    return;
  }
  const person = chosen(people, operation.who)!;
  if (operation.kind === "rename") {
    const path = `/moderation/users/${person.id}/username`;
    await moderator.call("PUT", path, { username: operation.name });
    return;
  }
  if (operation.kind === "post") {
    const reply = await person.post(video, operation.content);
    if (reply.status < 300) posted.push({ id: reply.body.comment.id, author: person });
    return;
  }
  if (operation.kind === "erase") {
    await ageVisits(source, person);
    await source.script("erase", "--user", person.id, "--yes");
    return;
  }
  const comment = chosen(posted, operation.which);
  if (!comment) return;
  if (operation.kind === "edit") await comment.author.edit(video, comment.id, operation.content);
  if (operation.kind === "delete") await comment.author.delete(video, comment.id);
  if (operation.kind === "moderate") await moderator.delete(video, comment.id);
  if (operation.kind === "approve") await moderator.call("POST", `${commentPath(video, comment.id)}/approve`);
}

/** The change number is the installation's own, and so is the time of the export. */
const withoutMoment = ({ header, comments }: ExportFile) => ({ ...header, seq: 0, exported_at: "", lines: comments });

const listed = async (app: App, video: string) =>
  (await app.anonymous.list(video, "?limit=100")).body.comments.map((comment) => ({ ...comment, seq: 0 }));

/** Exports the video, imports it into an empty installation, and expects the same there. Returns the first export. */
async function expectRoundTrip(video: string): Promise<ExportFile> {
  await using target = await startApp();
  const [first, second] = [join(folder.path, `${video}.1`), join(folder.path, `${video}.2`)];
  const exported = await runExport(source, video, first);
  const { length } = exported.comments;
  expect(exported.header.comments).toBe(length);
  expect(await runImport(target, video, first)).toMatchObject({ added: length, existing: 0, invalid: 0 });
  if (length === 0) return exported;
  expect(withoutMoment(await runExport(target, video, second))).toEqual(withoutMoment(exported));
  expect(await listed(target, video)).toEqual(await listed(source, video));
  return exported;
}

test("a comment in each state is the same in another installation after export and import", async () => {
  const stage = await newStage();
  const { video, moderator, posted } = stage;
  const operations: Operation[] = [
    { kind: "post", who: 0, which: 0, content: "posted, with \u2028, \u2029, \u0085 and\nmore 👩‍👩‍👧‍👦" },
    { kind: "post", who: 0, which: 0, content: "edited twice" },
    { kind: "edit", who: 0, which: 1, content: "edited once" },
    { kind: "edit", who: 0, which: 1, content: "at last" },
    { kind: "post", who: 1, which: 0, content: "deleted by its author" },
    { kind: "delete", who: 0, which: 2 },
    { kind: "post", who: 1, which: 0, content: "deleted by a moderator" },
    { kind: "moderate", who: 0, which: 3 },
    { kind: "post", who: 2, which: 0, content: "of somebody who is erased" },
    { kind: "review", isOn: true },
    { kind: "post", who: 1, which: 0, content: "held" },
    { kind: "post", who: 1, which: 0, content: "held and edited" },
    { kind: "edit", who: 0, which: 6, content: "still held" },
    { kind: "post", who: 1, which: 0, content: "edited, then approved" },
    { kind: "edit", who: 0, which: 7, content: "approved" },
    { kind: "approve", who: 0, which: 7 },
    { kind: "post", who: 1, which: 0, content: "rejected" },
    { kind: "moderate", who: 0, which: 8 },
    { kind: "rename", who: 0, name: "प्रिया" },
    { kind: "erase", who: 2, which: 0 },
  ];
  for (const operation of operations) await run(stage, operation);

  const { header, comments } = await expectRoundTrip(video);
  // Nine posts, one of them rejected, which leaves nothing.
  expect(posted).toHaveLength(9);
  expect(header).toMatchObject({ type: "video", id: video, comments: 8 });
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const states = posted.map(({ id }) => byId.get(id));
  const gone = { version: 2, deleted_at: expect.any(String) };
  expect(states).toMatchObject(
    [
      { content: "posted, with \u2028, \u2029, \u0085 and\nmore 👩‍👩‍👧‍👦", user: { username: "प्रिया" } },
      { content: "at last", version: 3, revisions: [{ content: "edited twice" }, { content: "edited once" }] },
      gone,
      { ...gone, deleted_by: moderator.id },
      { ...gone, user: { username: expect.stringMatching(/^erased-/) } },
      { content: "held", held: true, version: 1 },
      { content: "still held", held: true, version: 2, revisions: [{ content: "held and edited" }] },
      { content: "approved", version: 3, revisions: [{ version: 1, content: "edited, then approved" }] },
    ].concat([undefined as never]),
  );
  expect(JSON.stringify(comments)).not.toMatch(/deleted by|somebody who|rejected/);
});

const text = fc
  .string({
    unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.constantFrom("\n", "\u2028")),
  })
  .filter((value) => Content.safeParse(value).success);
const n = fc.nat(20);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("post" as const), who: n, which: n, content: text }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("edit" as const), who: n, which: n, content: text }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("delete", "approve", "approve", "moderate"), who: n, which: n }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("erase" as const), who: n, which: n }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("review" as const), isOn: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("rename" as const),
      who: n,
      name: fc.stringMatching(/^[a-z王伟𠮷é]{8,23}$/u),
    }),
  },
);

test("whatever people did on a video, it is the same in another installation after export and import", async () => {
  const holds = fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
    const stage = await newStage();
    await stage.moderator.call("PUT", `/videos/${stage.video}`);
    for (const one of operations) await run(stage, one);
    await expectRoundTrip(stage.video);
  });
  await expect(fc.assert(holds, { numRuns: 4, endOnFailure: true })).resolves.toBeUndefined();
});
