import { expect, test } from "@jest/globals";
import {
  articlesOf,
  chooseFor,
  composerOf,
  holdNextResponse,
  keepToasts,
  postThrough,
} from "../../support/browser/browser.ts";
import { articleWith, contentsOf, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

test("a moderator approves and refuses held comments in place", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  await moderator.configure(videoId, { hold_for_review: true });
  for (const content of ["good", "bad"]) await ada.post(videoId, content);
  const page = await pages.open(videoId, moderator);
  const reader = await pages.open(videoId);
  await articleWith(page, "good").getByText("Held for review").waitFor();
  // Reports count too, those of other videos and tests as well.
  await page.getByRole("button", { name: /^Moderation, ([2-9]|\d\d+) waiting$/ }).waitFor();
  await articleWith(page, "good").getByRole("button", { name: "Approve" }).click();
  await articleWith(reader, "good").waitFor();
  await articleWith(page, "bad").getByRole("button", { name: "Refuse" }).click();
  await articleWith(page, "bad").waitFor({ state: "detached" });
  await until("an empty queue", async () => {
    const { body } = await moderator.call<{ comments: object[] }>("GET", `/videos/${videoId}/held`);
    return body.comments.length === 0;
  });
  expect(await articlesOf(reader).locator(".text").allTextContents()).toEqual(["good"]);
});

test("a held comment that its author has changed since is not approved", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  await moderator.configure(videoId, { hold_for_review: true });
  const { id } = (await ada.post(videoId, "nice song")).body.comment;
  const page = await pages.open(videoId, moderator);
  await articleWith(page, "nice song").getByText("Held for review").waitFor();
  // So that the page does not learn of it before the click.
  await page.route("**/held?*", (route) => route.abort());
  await ada.edit(videoId, id, "abuse");
  await articleWith(page, "nice song").getByRole("button", { name: "Approve" }).click();
  await page.getByText("The comment has changed in the meantime.").waitFor();
  await page.unroute("**/held?*");
  await articleWith(page, "abuse").getByText("Held for review").waitFor();
  expect((await ada.list(videoId)).body.comments).toEqual([]);
});

test("a held comment that was decided does not come back with an answer from before", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  await moderator.configure(videoId, { hold_for_review: true });
  await ada.post(videoId, "good");
  const page = await pages.open(videoId, moderator);
  const held = page.getByText("Held for review");
  await held.waitFor();
  const earlier = await holdNextResponse(page, /\/held\?/);
  // As when the moderator comes back from another window.
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await earlier.given;
  const later = page.waitForResponse(/\/held\?/);
  await articleWith(page, "good").getByRole("button", { name: "Approve" }).click();
  await (await later).finished();
  await held.waitFor({ state: "detached" });
  await earlier.release();
  expect(await held.count()).toBe(0);
});

test("a button that had the focus acts on no other comment, after another moderator has decided about its own", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  await moderator.configure(videoId, { hold_for_review: true });
  const first = (await ada.post(videoId, "first")).body.comment;
  await ada.post(videoId, "second");
  const page = await pages.open(videoId, moderator);
  await articleWith(page, "second").waitFor();
  await articleWith(page, "first").getByRole("button", { name: "Approve" }).focus();
  await moderator.delete(videoId, first.id);
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await articleWith(page, "first").waitFor({ state: "detached" });
  expect(await articleWith(page, "second").evaluate((article) => article.matches(":focus-within"))).toBe(false);
  // The keyboard goes on from the stream.
  await page.keyboard.press("ArrowDown");
  expect(await articleWith(page, "second").evaluate((article) => article.matches(":focus"))).toBe(true);
});

test("a moderator removes a comment with its key, sees earlier versions, and bans its author for a day", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  const { comment } = (await ada.post(videoId, "as it was")).body;
  await ada.edit(videoId, comment.id, "as it is");
  const page = await pages.open(videoId, moderator);
  await articleWith(page, "as it is").focus();
  // 50 are the API's default; a comment can be edited more often.
  const asked = page.waitForRequest(/\/revisions\?limit=100$/);
  await page.keyboard.press("h");
  await asked;
  await page.getByRole("dialog").getByText("as it was").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });

  await chooseFor(articleWith(page, "as it is"), /^Ban/);
  await page.getByLabel("For how long").selectOption({ label: "1 day" });
  await page.getByRole("dialog").getByRole("button", { name: "Ban" }).click();
  await page.getByText(`${ada.username} is banned.`).waitFor();
  const { bans } = (
    await moderator.call<{ bans: { video_id: string; ends_at: string }[] }>("GET", `/moderation/bans?user_id=${ada.id}`)
  ).body;
  expect(bans).toMatchObject([{ video_id: videoId }]);
  expect(Date.parse(bans[0]!.ends_at) - Date.now()).toBeGreaterThan(23 * 3_600_000);

  await articleWith(page, "as it is").focus();
  await page.keyboard.press("d");
  await page.getByText("Comment deleted.").waitFor();
  await until("the deletion", async () => (await moderator.read(videoId, comment.id)).status === 404);
});

test("everything by one person is deleted only after a question", async () => {
  const [here, there] = [newVideo(), newVideo()];
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  for (const videoId of [here, there]) await ada.post(videoId, "spam");
  const page = await pages.open(here, moderator);
  await keepToasts(page);
  await chooseFor(articleWith(page, "spam"), /^Delete all/);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  expect((await ada.list(there)).body.comments).toHaveLength(1);
  await chooseFor(articleWith(page, "spam"), /^Delete all/);
  await page.getByRole("dialog").getByRole("button", { name: "Delete all by this person" }).click();
  await page.getByText("2 comments deleted.").waitFor();
  await articleWith(page, "spam").waitFor({ state: "detached" });
  expect((await ada.list(there)).body.comments).toEqual([]);
});

test("a moderator closes a video, which every viewer sees, and takes it back", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  const page = await pages.open(videoId, moderator);
  const viewer = await pages.open(videoId, ada);
  await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
  await page.getByRole("button", { name: "Moderation" }).click();
  await page.getByLabel("People can comment").uncheck();
  await viewer.getByText("Comments are closed.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Undo" }).click();
  await composerOf(viewer).waitFor();
  await page.getByRole("button", { name: "Moderation" }).click();
  await page.getByLabel("Slow mode").selectOption({ label: "30 s" });
  await viewer.getByText("Slow mode: one comment every 30 s").waitFor();
  expect(await composerOf(viewer).isVisible()).toBe(true);
});

test("a setting that cannot be changed is shown as it was", async () => {
  const page = await pages.open(newVideo(), await pages.createModerator());
  await keepToasts(page);
  await page.getByRole("button", { name: "Moderation" }).click();
  await page.route("**/v1/videos/*", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await page.getByLabel("Review before comments appear").click();
  await page.getByText("The server can't be reached.").waitFor();
  expect(await page.getByLabel("Review before comments appear").isChecked()).toBe(false);
});

test("a reported comment is deleted or dismissed from the list of reports", async () => {
  const videoId = newVideo();
  const [ada, grace, moderator] = await Promise.all([pages.createUser(), pages.createUser(), pages.createModerator()]);
  const idOf = new Map<string, string>();
  for (const content of ["bad", "harmless"]) {
    const { comment } = (await ada.post(videoId, `${content} on ${videoId}`)).body;
    idOf.set(content, comment.id);
    await grace.call("POST", `/videos/${videoId}/comments/${comment.id}/reports`, { reason: "abuse", note: "" });
  }
  const page = await pages.open(videoId, moderator);
  await page.getByRole("button", { name: /^Moderation, / }).click();
  const entries = page.getByRole("dialog").getByRole("listitem").filter({ hasText: videoId });
  const [bad, harmless] = ["bad", "harmless"].map((text) => entries.filter({ hasText: text }));
  await bad!.getByText("1 report: Abuse").waitFor();
  await bad!.getByRole("button", { name: "Delete" }).click();
  await bad!.waitFor({ state: "detached" });
  await harmless!.getByRole("button", { name: "Dismiss" }).click();
  await harmless!.waitFor({ state: "detached" });
  const statusOf = async (content: string) => (await moderator.read(videoId, idOf.get(content)!)).status;
  await until("the deletion", async () => (await statusOf("bad")) === 404);
  expect(await statusOf("harmless")).toBe(200);
  await until("the reports to be gone", async () => {
    const { body } = await moderator.call<{ reported: { video_id: string }[] }>("GET", "/moderation/reports?limit=100");
    return !body.reported.some(({ video_id }) => video_id === videoId);
  });
});

test("a double click decides about one report, and the deletion of a reported comment can be undone", async () => {
  const videoId = newVideo();
  const [ada, grace, moderator] = await Promise.all([pages.createUser(), pages.createUser(), pages.createModerator()]);
  const contents = ["bad 1", "bad 2", "bad 3"];
  const there = newVideo();
  for (const content of contents) {
    const { comment } = (await ada.post(there, content)).body;
    await grace.call("POST", `/videos/${there}/comments/${comment.id}/reports`, { reason: "abuse", note: "" });
  }
  const page = await pages.open(videoId, moderator);
  await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
  await page.getByRole("button", { name: /^Moderation, / }).click();
  const entries = page.getByRole("dialog").getByRole("listitem").filter({ hasText: there });
  const listed = () => entries.locator(".text").allTextContents();
  await entries.nth(2).waitFor();
  await entries.nth(0).getByRole("button", { name: "Dismiss" }).dblclick();
  await until("one report less", async () => (await listed()).join() === "bad 2,bad 3");
  await entries.nth(0).getByRole("button", { name: "Delete" }).dblclick();
  await until("one report less", async () => (await listed()).join() === "bad 3");
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
  await until("the report is back", async () => (await listed()).join() === "bad 2,bad 3");
  await entries.nth(0).getByRole("button", { name: "Delete" }).click();
  await page.goto("about:blank");
  await until("the deletion", async () => (await contentsOf(ada, there)).join() === "bad 3,bad 1");
});

test("a user who is no moderator has none of it", async () => {
  const videoId = newVideo();
  const [ada, grace] = await Promise.all([pages.createUser(), pages.createUser()]);
  await ada.post(videoId, "hello");
  const page = await pages.open(videoId, grace);
  await articleWith(page, "hello").hover();
  await articleWith(page, "hello")
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem").first().waitFor();
  expect(await page.getByRole("menuitem").locator("span").allTextContents()).toEqual([
    "Report",
    `Mute ${ada.username}`,
  ]);
  expect(await page.getByRole("button", { name: /^Moderation/ }).count()).toBe(0);
  await page.keyboard.press("Escape");
  await postThrough(page, "and a comment");
  await articleWith(page, "and a comment").waitFor();
});
