import type { Page } from "playwright-core";
import { articlesOf, chooseFor, composerOf, keepToasts, postThrough, signInAndAsk } from "../browser.ts";
import { articleWith } from "../use-pages.ts";
import { type Cast, dialogOf, newLivelyVideo, type State } from "./state.ts";

/** Ada's page of a lively video. */
async function openAsAda({ pages, ada, livelyVideo }: Cast, videoId = livelyVideo): Promise<Page> {
  const page = await pages.open(videoId, ada);
  await articleWith(page, "In the next film").waitFor();
  return page;
}

async function refusePosts(page: Page, problem: { status: number; code: string; title: string }): Promise<void> {
  await page.route("**/comments", (route) =>
    route.fulfill({
      status: problem.status,
      contentType: "application/problem+json",
      body: JSON.stringify(problem),
    }),
  );
}

async function openConflict(cast: Cast): Promise<Page> {
  const videoId = await newLivelyVideo(cast);
  const page = await openAsAda(cast, videoId);
  const { comment } = (await cast.ada.post(videoId, "The moons are three.")).body;
  await chooseFor(articleWith(page, "The moons are three."), "Edit");
  await articlesOf(page).getByRole("textbox").fill("The moons are four.");
  await cast.ada.edit(videoId, comment.id, "There are three moons.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Keep mine" }).waitFor();
  return page;
}

/** What somebody sees who writes. */
export const WRITING: State[] = [
  {
    name: "own and edited",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      const page = await openAsAda(cast, videoId);
      const { comment } = (await cast.ada.post(videoId, "Tpyo")).body;
      await cast.ada.edit(videoId, comment.id, "Typo");
      await articleWith(page, "Typo").getByText("edited").waitFor();
      return page;
    },
  },
  {
    name: "menu",
    show: (cast) => openAsAda(cast),
    async open(page) {
      await articleWith(page, "In the next film").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Report" }).waitFor();
    },
  },
  {
    name: "editing",
    async show(cast) {
      const page = await openAsAda(cast);
      await chooseFor(articleWith(page, "it is not your screen"), "Edit");
      await articlesOf(page).getByRole("textbox").waitFor();
      return page;
    },
  },
  { name: "conflict", show: openConflict },
  {
    name: "waiting for the network",
    async show(cast) {
      const page = await openAsAda(cast, await newLivelyVideo(cast));
      await postThrough(page, "Before the tunnel.");
      await page.locator("article:not(.pending)").getByText("Before the tunnel.").waitFor();
      await page.context().setOffline(true);
      await page.getByText("You're offline.").waitFor();
      await postThrough(page, "From the tunnel.");
      await page.getByText("Waiting for the network").waitFor();
      return page;
    },
  },
  {
    name: "not sent",
    async show(cast) {
      const page = await openAsAda(cast);
      await refusePosts(page, { status: 422, code: "content_refused", title: "Refused" });
      await postThrough(page, "Something rude.");
      await page.getByText("Not sent.").waitFor();
      return page;
    },
  },
  {
    name: "held",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      const page = await openAsAda(cast, videoId);
      await cast.moderator.configure(videoId, { hold_for_review: true });
      await postThrough(page, "Is this allowed?");
      await page.getByText("Held for review.").waitFor();
      return page;
    },
  },
  {
    name: "slow mode",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      const page = await openAsAda(cast, videoId);
      await cast.moderator.configure(videoId, { slow_mode_seconds: 300 });
      await page.reload();
      await composerOf(page).waitFor();
      await page.getByText(/^You can post again in/).waitFor();
      await composerOf(page).fill("Ready in a moment.");
      return page;
    },
  },
  {
    name: "too long",
    async show(cast) {
      const page = await openAsAda(cast);
      await composerOf(page).fill("too long ".repeat(230));
      await page.getByText("characters too many").waitFor();
      return page;
    },
  },
  {
    name: "banned",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      const page = await cast.pages.open(videoId);
      await signInAndAsk(page, cast.ada.email);
      // This ban it learns from the refusal.
      const ban = { video_id: videoId, ends_at: "2030-01-01T00:00:00Z" };
      await cast.moderator.call("PUT", `/moderation/bans/${cast.ada.id}`, ban);
      await postThrough(page, "Let me in.");
      await page.getByText(/^You can't comment here until/).waitFor();
      return page;
    },
  },
  {
    name: "deleted, with undo",
    async show(cast) {
      const page = await openAsAda(cast, await newLivelyVideo(cast));
      await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
      await chooseFor(articleWith(page, "it is not your screen"), "Delete");
      await page.getByRole("button", { name: "Undo" }).waitFor();
      return page;
    },
  },
  {
    name: "error",
    async show(cast) {
      const page = await openAsAda(cast);
      await keepToasts(page);
      await page.route(/\/v1\/devices/, (route) => route.fulfill({ status: 418, body: "" }));
      await page.getByRole("button", { name: /^Your account/ }).click();
      await page.getByText("quote the code 418").waitFor();
      return page;
    },
  },
  {
    name: "profile",
    async show(cast) {
      const page = await openAsAda(cast);
      await page.getByRole("button", { name: /^Your account/ }).click();
      await page.getByText("this device").waitFor();
      return page;
    },
  },
  {
    name: "report",
    async show(cast) {
      const page = await openAsAda(cast);
      await chooseFor(articleWith(page, "In the next film"), "Report");
      await dialogOf(page).getByLabel("Spam").check();
      return page;
    },
  },
];
