import { articlesOf } from "../browser.ts";
import { articleWith, newVideo, streamOf } from "../use-pages.ts";
import { environment } from "../../environment.ts";
import { until } from "../../until.ts";
import { type Cast, dialogOf, fillVideo, newLivelyVideo, type State } from "./state.ts";

async function openFilled(cast: Cast, videoId = cast.livelyVideo) {
  const page = await cast.pages.open(videoId);
  await articleWith(page, "In the next film").waitFor();
  return page;
}

/** What a signed-out reader sees. */
export const READING: State[] = [
  { name: "signed out", show: (cast) => openFilled(cast) },
  {
    name: "empty",
    async show({ pages }) {
      const page = await pages.open(newVideo());
      await page.getByText("No comments yet.").waitFor();
      return page;
    },
  },
  {
    name: "loading",
    async show({ pages }) {
      const page = await (await pages.browser.newContext()).newPage();
      // Nothing answers.
      await page.route(/\/v1\/|\.json/, () => undefined);
      await page.goto(`${environment("PAGE_URL")}/?video=${newVideo()}`);
      await page.getByRole("img", { name: "Loading comments …" }).waitFor();
      return page;
    },
  },
  {
    name: "no such video",
    async show({ pages }) {
      const page = await pages.open(newVideo());
      await page.evaluate("document.querySelector('live-comments').setAttribute('video', 'a/b')");
      await page.getByText("There is no video with this name.").waitFor();
      return page;
    },
  },
  {
    name: "offline",
    async show(cast) {
      const page = await openFilled(cast);
      await page.context().setOffline(true);
      await page.getByText("You're offline.").waitFor();
      return page;
    },
  },
  {
    name: "sign in",
    async show(cast) {
      const page = await openFilled(cast);
      await page.getByRole("button", { name: "Sign in to comment" }).click();
      await dialogOf(page).getByLabel("E-mail").waitFor();
      return page;
    },
  },
  {
    name: "sign in refused",
    async show(cast) {
      const page = await openFilled(cast);
      await page.getByRole("button", { name: "Sign in to comment" }).click();
      await page.getByLabel("E-mail").fill("nobody@example.com");
      await page.getByLabel("Password").fill("not a password");
      await dialogOf(page).getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText("The e-mail address or the password is wrong.").waitFor();
      return page;
    },
  },
  {
    name: "register",
    async show(cast) {
      const page = await openFilled(cast);
      await page.getByRole("button", { name: "Sign in to comment" }).click();
      await page.getByRole("button", { name: "New here? Register" }).click();
      await page.getByLabel("Username").waitFor();
      return page;
    },
  },
  {
    name: "new comments below",
    async show(cast) {
      const videoId = newVideo();
      for (let n = 0; n < 5; n += 1) await fillVideo(cast, videoId);
      const page = await cast.pages.open(videoId);
      await until("all that was said", async () => (await articlesOf(page).count()) === 40);
      await until("the way back to the newest", async () => {
        await streamOf(page).evaluate((log) => log.scrollTo({ top: log.scrollHeight - log.clientHeight - 400 }));
        return page.getByRole("button", { name: "Jump to the newest" }).isVisible();
      });
      for (const content of ["One more.", "And another."]) await cast.ada.post(videoId, content);
      await page.getByRole("button", { name: "2 new comments" }).waitFor();
      return page;
    },
  },
  {
    name: "closed",
    async show(cast) {
      const videoId = await newLivelyVideo(cast);
      const page = await openFilled(cast, videoId);
      await cast.moderator.configure(videoId, { comments_open: false });
      // A signed-out reader's page asks when it opens: perhaps before the mirror has it.
      await until("the settings in the mirror", async () => {
        await page.reload();
        const closed = page.getByText("Comments are closed.").waitFor({ timeout: 20_000 });
        return closed.then(
          () => true,
          () => false,
        );
      });
      await articleWith(page, "In the next film").waitFor();
      return page;
    },
  },
  {
    name: "comment section",
    async show(cast) {
      const page = await openFilled(cast);
      await page.evaluate("document.querySelector('live-comments').setAttribute('arrangement', 'comments')");
      await articleWith(page, "In the next film").waitFor();
      return page;
    },
  },
  {
    name: "German",
    async show(cast) {
      const page = await openFilled(cast);
      await page.evaluate("document.querySelector('live-comments').lang = 'de'");
      await page.getByText("Zum Kommentieren anmelden").waitFor();
      return page;
    },
  },
];
