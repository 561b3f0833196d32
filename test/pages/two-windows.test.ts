import { expect, test } from "@jest/globals";
import type { Comment } from "../../functions/src/contract/comment.ts";
import {
  articlesOf,
  chooseFor,
  composerOf,
  openPage,
  postThrough,
  registerThrough,
  screenshot,
} from "../support/browser/browser.ts";
import { newVideo, usePages } from "../support/browser/use-pages.ts";
import { until } from "../support/until.ts";

const pages = usePages();

test("a comment posted in one window appears in the others without a reload, and disappears when it is deleted", async () => {
  const videoId = newVideo();
  const ada = await pages.openWindow(videoId);
  const grace = await pages.openWindow(videoId, await pages.createUser());
  const reader = await pages.openWindow(videoId);
  const adaName = await registerThrough(ada.page);

  await postThrough(ada.page, "What a <b>chorus</b>!\nAgain, again!");
  const windows = [ada, grace, reader];
  for (const { page } of windows) {
    const comment = articlesOf(page).filter({ hasText: adaName });
    await comment.getByText("What a <b>chorus</b>!").waitFor();
    expect(await comment.count()).toBe(1);
  }
  await postThrough(grace.page, "Second that.");
  await Promise.all([ada, reader].map(({ page }) => page.getByText("Second that.", { exact: true }).waitFor()));
  expect(await articlesOf(reader.page).locator(".text").allTextContents()).toEqual([
    "What a <b>chorus</b>!\nAgain, again!",
    "Second that.",
  ]);
  await Promise.all([
    screenshot(ada.page, "author"),
    screenshot(grace.page, "other"),
    screenshot(reader.page, "reader"),
  ]);

  // Others see no way to delete it.
  const seenByGrace = articlesOf(grace.page).filter({ hasText: adaName });
  await chooseFor(seenByGrace, "Report");
  await grace.page.getByRole("heading", { name: "Report this comment" }).waitFor();
  expect(await grace.page.getByRole("menuitem", { name: "Delete", includeHidden: true }).count()).toBe(0);

  await chooseFor(articlesOf(ada.page).filter({ hasText: adaName }), "Delete");
  for (const { page } of windows) {
    await articlesOf(page).filter({ hasText: adaName }).waitFor({ state: "detached" });
    expect(await page.locator("article").count()).toBe(1);
  }
  expect(windows.map(({ errors }) => errors)).toEqual([[], [], []]);
});

test("an edited comment is marked as edited in every window, without a reload", async () => {
  const videoId = newVideo();
  const ada = await pages.openWindow(videoId, await pages.createUser());
  const reader = await pages.openWindow(videoId);
  await postThrough(ada.page, "As I frist said");
  await postThrough(ada.page, "Never touched");
  await reader.page.getByText("Never touched", { exact: true }).waitFor();
  expect(await reader.page.getByText("edited", { exact: true }).count()).toBe(0);

  await chooseFor(articlesOf(ada.page).filter({ hasText: "As I frist said" }), "Edit");
  const editor = articlesOf(ada.page).getByRole("textbox");
  expect(await editor.inputValue()).toBe("As I frist said");
  await editor.fill("As I first said");
  await editor.press("Enter");
  for (const { page, errors } of [ada, reader]) {
    await page.getByText("As I first said", { exact: true }).waitFor();
    const marked = articlesOf(page).filter({ has: page.getByText("edited", { exact: true }) });
    expect(await marked.locator(".text").allTextContents()).toEqual(["As I first said"]);
    expect(errors).toEqual([]);
  }
  await screenshot(reader.page, "edited");
});

test("on a video with review the author is told so, and everyone sees the comment once it is approved", async () => {
  const videoId = newVideo();
  const ada = await pages.openWindow(videoId, await pages.createUser());
  const reader = await pages.openWindow(videoId);
  const moderator = await pages.createModerator();
  await moderator.call("PATCH", `/videos/${videoId}`, { hold_for_review: true });

  await postThrough(ada.page, "Is this allowed?");
  await ada.page.getByText("Held for review. It appears as soon as it is approved.").waitFor();
  expect(await composerOf(ada.page).inputValue()).toBe("");
  await screenshot(ada.page, "held");
  expect(await articlesOf(reader.page).count()).toBe(0);

  const { comments } = (await moderator.call<{ comments: Comment[] }>("GET", `/videos/${videoId}/held`)).body;
  expect(comments).toHaveLength(1);
  await moderator.call("POST", `/videos/${videoId}/comments/${comments[0]!.id}/approve`);
  for (const { page } of [ada, reader]) {
    await page.locator("article:not(.pending)").getByText("Is this allowed?").waitFor();
    await until("one comment", async () => (await articlesOf(page).count()) === 1);
  }
});

test("two tabs share one session: a sign-in or a sign-out in one reaches the other", async () => {
  const videoId = newVideo();
  const first = await pages.openWindow(videoId);
  const second = await openPage(await first.page.context().newPage(), videoId);
  const name = await registerThrough(first.page);
  await second.page.getByRole("button", { name: `Your account: ${name}` }).click();
  await second.page.getByRole("button", { name: "Sign out", exact: true }).click();
  await first.page.getByRole("button", { name: "Sign in to comment" }).waitFor();
  expect(await composerOf(first.page).isVisible()).toBe(false);
});

test("a refused access token is exchanged without the user noticing, also in two tabs at once", async () => {
  const videoId = newVideo();
  const first = await pages.openWindow(videoId);
  const second = await openPage(await first.page.context().newPage(), videoId);
  await registerThrough(first.page);
  await composerOf(second.page).waitFor();
  const refreshes: number[] = [];
  first.page.context().on("response", (response) => {
    if (response.url().endsWith("/sessions/refresh")) refreshes.push(response.status());
  });
  await first.page.evaluate(`
    const session = JSON.parse(localStorage.getItem("live-comments.session"));
    localStorage.setItem("live-comments.session", JSON.stringify({ ...session, accessToken: "expired" }));
  `);
  await Promise.all([postThrough(first.page, "from the first"), postThrough(second.page, "from the second")]);
  for (const { page } of [first, second]) {
    await page.locator("article:not(.pending)").getByText("from the first").waitFor();
    await page.locator("article:not(.pending)").getByText("from the second").waitFor();
  }
  // Both tabs need another token, for the posts and for presence. The second one may not see yet what the first one got.
  expect([...new Set(refreshes)]).toEqual([200]);
  expect(refreshes.length).toBeLessThanOrEqual(2);
});

test("a post that gets no good answer waits in the list, and is sent by itself; the form is free at once", async () => {
  const page = await pages.open(newVideo(), await pages.createUser());
  await page.route("**/comments", (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({ title: "Something went wrong on our side", status: 500, code: "internal" }),
    }),
  );
  await postThrough(page, "Worth keeping");
  await articlesOf(page).filter({ hasText: "Worth keeping" }).getByText("Waiting for the network").waitFor();
  expect(await composerOf(page).inputValue()).toBe("");

  await page.unroute("**/comments");
  await page.locator("article:not(.pending)").getByText("Worth keeping").waitFor();
  await until("one comment", async () => (await articlesOf(page).count()) === 1);
});

test("a refused post keeps its text and its reason, until it is retried or discarded", async () => {
  const page = await pages.open(newVideo(), await pages.createUser());
  await page.route("**/comments", (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({ title: "The text breaks a content rule", status: 422, code: "content_refused" }),
    }),
  );
  for (const content of ["To retry", "To discard"]) await postThrough(page, content);
  const item = (content: string) => articlesOf(page).filter({ hasText: content });
  for (const content of ["To retry", "To discard"]) await item(content).getByText("This text breaks a rule").waitFor();
  await page.unroute("**/comments");
  await item("To retry").getByRole("button", { name: "Retry" }).click();
  await page.locator("article:not(.pending)").getByText("To retry").waitFor();
  await item("To discard").getByRole("button", { name: "Discard" }).click();
  await until("one comment", async () => (await articlesOf(page).count()) === 1);
});
