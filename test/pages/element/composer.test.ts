import { expect, test } from "@jest/globals";
import {
  articlesOf,
  composerOf,
  holdNextResponse,
  postThrough,
  signInAndAsk,
  signInThrough,
  signOutThrough,
} from "../../support/browser/browser.ts";
import { articleWith, newVideo, PHONE, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

test("what is written offline is shown as waiting, and posted once when the network is back", async () => {
  const videoId = newVideo();
  const page = await pages.open(videoId, await pages.createUser());
  const reader = await pages.open(videoId);
  await postThrough(page, "before");
  await articleWith(reader, "before").waitFor();
  await page.context().setOffline(true);
  await page.getByText("You're offline. What you write is sent when you're back.").waitFor();
  await postThrough(page, "from the tunnel");
  await articleWith(page, "from the tunnel").getByText("Waiting for the network").waitFor();
  expect(await composerOf(page).inputValue()).toBe("");
  await page.context().setOffline(false);
  await articleWith(reader, "from the tunnel").waitFor();
  await page.locator("article:not(.pending)").getByText("from the tunnel").waitFor();
  await until("two comments", async () => (await articlesOf(page).count()) === 2);
});

test("a draft survives a reload and a sign-out, and is not shown to the next user", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  const page = await pages.open(videoId, ada);
  await composerOf(page).fill("half a thou");
  await page.reload();
  await composerOf(page).waitFor();
  expect(await composerOf(page).inputValue()).toBe("half a thou");
  await signOutThrough(page);
  await signInThrough(page, (await pages.createUser()).email);
  expect(await composerOf(page).inputValue()).toBe("");
  await signOutThrough(page);
  await signInThrough(page, ada.email);
  await until("the draft", async () => (await composerOf(page).inputValue()) === "half a thou");
});

test("people are told that the code for signed-in people cannot be loaded, and load the page again", async () => {
  const page = await pages.open(newVideo(), await pages.createUser());
  let isBroken = true;
  await page.route("**/en-signed-in-*.js", (route) => (isBroken ? route.abort() : route.continue()));
  await page.reload();
  const told = page.getByRole("status").filter({ hasText: "The server can't be reached." });
  page.once("framenavigated", () => (isBroken = false));
  await told.getByRole("button", { name: "Reload" }).click();
  await signOutThrough(page);

  isBroken = true;
  await page.reload();
  await page.getByRole("button", { name: "Sign in to comment" }).click();
  page.once("framenavigated", () => (isBroken = false));
  await told.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("button", { name: "Sign in to comment" }).click();
  await page.getByLabel("E-mail").waitFor();
  expect(await composerOf(page).count()).toBe(0);
});

test("in slow mode the time to wait is known before posting, and what is posted early is posted by itself", async () => {
  const videoId = newVideo();
  const moderator = await pages.createModerator();
  await moderator.configure(videoId, { slow_mode_seconds: 5 });
  const page = await pages.open(videoId, await pages.createUser());
  await page.getByText("Slow mode: one comment every 5 s").waitFor();
  // It is there for five seconds only, so the test looks before it posts.
  await Promise.all([page.getByText(/^You can post again in \d s$/).waitFor(), postThrough(page, "the first")]);
  await postThrough(page, "the second");
  for (const content of ["the first", "the second"]) {
    await page.locator("article:not(.pending)").getByText(content).waitFor();
  }
  expect(await articlesOf(page).count()).toBe(2);
});

test("the time to wait in slow mode is not that of the user who was signed in before", async () => {
  const videoId = newVideo();
  const [moderator, before, user] = await Promise.all([
    pages.createModerator(),
    pages.createUser(),
    pages.createUser(),
  ]);
  await moderator.configure(videoId, { slow_mode_seconds: 300 });
  const page = await pages.open(videoId, before);
  await page.getByText("Slow mode: one comment every 300 s").waitFor();
  await postThrough(page, "by the one before");
  await page.getByText(/^You can post again in/).waitFor();
  await signOutThrough(page);
  await signInThrough(page, user.email);
  await page.getByText("Slow mode: one comment every 300 s").waitFor();
  expect(await page.getByText(/^You can post again in/).count()).toBe(0);
});

test("closed comments are told before typing, as soon as the page is looked at again", async () => {
  const videoId = newVideo();
  const moderator = await pages.createModerator();
  const page = await pages.open(videoId, await pages.createUser());
  await moderator.configure(videoId, { comments_open: false });
  await page.getByText("Comments are closed.").waitFor();
  expect(await composerOf(page).count()).toBe(0);
  await moderator.configure(videoId, { comments_open: true });
  await composerOf(page).waitFor();
});

test("a user who was banned before is told so before typing, and can type when the ban is lifted", async () => {
  const videoId = newVideo();
  const [moderator, user] = await Promise.all([pages.createModerator(), pages.createUser()]);
  const page = await pages.open(videoId, user);
  await composerOf(page).fill("kept");
  await moderator.call("PUT", `/moderation/bans/${user.id}`, {});
  await page.reload();
  await page.getByText("You can't comment here.").waitFor();
  expect(await composerOf(page).count()).toBe(0);
  await moderator.call("DELETE", `/moderation/bans/${user.id}`);
  await page.reload();
  await composerOf(page).waitFor();
  expect(await composerOf(page).inputValue()).toBe("kept");
});

test("a banned user is told until when instead of being let type, also after a reload", async () => {
  const videoId = newVideo();
  const moderator = await pages.createModerator();
  const user = await pages.createUser();
  const page = await pages.open(videoId);
  await signInAndAsk(page, user.email);
  // This ban it learns from the refusal.
  const ends_at = new Date(Date.now() + 86_400_000).toISOString();
  await moderator.call("PUT", `/moderation/bans/${user.id}`, { video_id: videoId, ends_at, reason: "spam" });
  await postThrough(page, "buy this");
  await page.getByText(/^You can't comment here until /).waitFor();
  await page.reload();
  await page.getByText(/^You can't comment here until /).waitFor();
  expect(await composerOf(page).count()).toBe(0);
});

test("a ban stays told when the answer from before it comes last", async () => {
  const videoId = newVideo();
  const [moderator, user] = await Promise.all([pages.createModerator(), pages.createUser()]);
  const page = await pages.open(videoId);
  const earlier = await holdNextResponse(page, /\/users\/me\/ban/);
  await signInThrough(page, user.email);
  await earlier.given;
  await moderator.call("PUT", `/moderation/bans/${user.id}`, {});
  await postThrough(page, "buy this");
  await page.getByText("You can't comment here.").waitFor();
  await earlier.release();
  expect(await composerOf(page).count()).toBe(0);
});

test("the characters that are left are counted near the limit, and a text beyond it is not posted", async () => {
  const page = await pages.open(newVideo(), await pages.createUser());
  await composerOf(page).fill("x".repeat(1_890));
  expect(await page.getByText(/characters? left/).count()).toBe(0);
  // Two UTF-16 units, one character.
  await composerOf(page).fill(`${"x".repeat(1_989)}😀`);
  await page.getByText("10 characters left").waitFor();
  await composerOf(page).fill("x".repeat(2_001));
  await page.getByText("1 character too many").waitFor();
  await composerOf(page).press("Enter");
  expect(await composerOf(page).inputValue()).toHaveLength(2_001);
  expect(await articlesOf(page).count()).toBe(0);
});

test("Enter posts with a keyboard, and Shift+Enter or an input method's Enter does not", async () => {
  const page = await pages.open(newVideo(), await pages.createUser());
  const field = composerOf(page);
  await field.fill("にほん");
  for (const isComposing of [true, false]) {
    // Safari ends the composition before the key, which then has the code 229.
    const keyCode = isComposing ? 13 : 229;
    await field.dispatchEvent("keydown", { key: "Enter", keyCode, isComposing, bubbles: true, cancelable: true });
  }
  expect(await field.inputValue()).toBe("にほん");
  await field.press("Shift+Enter");
  await field.pressSequentially("second line");
  await field.press("Enter");
  await articleWith(page, "second line").waitFor();
  expect(await articlesOf(page).locator(".text").allTextContents()).toEqual(["にほん\nsecond line"]);
});

test("on a touch keyboard Enter makes a new line, and the composer stays in sight", async () => {
  const page = await pages.open(newVideo(), await pages.createUser(), PHONE);
  const field = composerOf(page);
  await field.fill("one");
  await field.press("Enter");
  expect(await field.inputValue()).toBe("one\n");
  const box = await page.getByRole("button", { name: "Post" }).boundingBox();
  expect(box!.y + box!.height).toBeLessThanOrEqual(844);
  expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(40);
  await page.getByRole("button", { name: "Post" }).click();
  await articleWith(page, "one").waitFor();
});
