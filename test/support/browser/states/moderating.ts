import type { Page } from "playwright-core";
import { chooseFor } from "../browser.ts";
import { articleWith } from "../use-pages.ts";
import { type Cast, dialogOf, newLivelyVideo, type State } from "./state.ts";

async function openAsModerator({ pages, livelyVideo, moderator }: Cast): Promise<Page> {
  const page = await pages.open(livelyVideo, moderator);
  await articleWith(page, "In the next film").waitFor();
  return page;
}

/** What moderators see beside that. */
export const MODERATING: State[] = [
  {
    name: "review",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      await cast.moderator.configure(videoId, { hold_for_review: true });
      await cast.ada.post(videoId, "Please let this through.");
      const page = await cast.pages.open(videoId, cast.moderator);
      await articleWith(page, "Please let this through.").waitFor();
      return page;
    },
  },
  {
    name: "menu of a moderator",
    show: openAsModerator,
    async open(page) {
      await articleWith(page, "Or it is just my screen").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: /^Ban/ }).waitFor();
    },
  },
  {
    name: "moderation",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      const { comment } = (await cast.ada.post(videoId, "Buy cheap moons at my shop.")).body;
      const note = "The same text everywhere.";
      await cast.grace.call("POST", `/videos/${videoId}/comments/${comment.id}/reports`, { reason: "spam", note });
      const page = await cast.pages.open(videoId, cast.moderator);
      await page.getByRole("button", { name: /^Moderation/ }).click();
      await dialogOf(page).getByText("Buy cheap moons").last().waitFor();
      return page;
    },
  },
  {
    name: "ban",
    async show(cast) {
      const page = await openAsModerator(cast);
      await chooseFor(articleWith(page, "Or it is just my screen"), /^Ban/);
      await dialogOf(page).getByLabel("For how long").waitFor();
      return page;
    },
  },
  {
    name: "delete everything",
    async show(cast) {
      const page = await openAsModerator(cast);
      await chooseFor(articleWith(page, "Or it is just my screen"), /^Delete all/);
      await dialogOf(page).getByText("for good").waitFor();
      return page;
    },
  },
  {
    name: "earlier versions",
    async show(cast) {
      const page = await openAsModerator(cast);
      await chooseFor(articleWith(page, "Or it is just my screen"), /^Earlier versions/);
      await dialogOf(page).getByText("It was never edited.").waitFor();
      return page;
    },
  },
];
