import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { axeProblems } from "../../support/browser/axe.ts";
import { screenshot } from "../../support/browser/browser.ts";
import { useCast } from "../../support/browser/states/check-states.ts";
import { READING } from "../../support/browser/states/reading.ts";
import { WRITING } from "../../support/browser/states/writing.ts";
import { articleWith, newVideo, streamOf } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const cast = useCast();
const { pages } = cast;

/** Whether nothing of the page is wider than the page. */
const fits = (page: Page) => page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth");

test("axe finds what is wrong: a control", async () => {
  const page = await pages.open(newVideo());
  await page.evaluate(`
    const { shadowRoot } = document.querySelector("live-comments");
    shadowRoot.querySelector(".title").style.color = "#ddd";
    shadowRoot.querySelector(".stream").removeAttribute("aria-label");
    shadowRoot.querySelector(".header").append(document.createElement("button"));
  `);
  const problems = (await axeProblems(page)).join("\n");
  expect(problems).toContain("button-name");
});

test("axe finds a colour that is hard to read in the dark theme: a control", async () => {
  const page = await pages.open(newVideo());
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await axeProblems(page, "colours")).toEqual([]);
  await page.evaluate(
    "document.querySelector('live-comments').shadowRoot.querySelector('.title').style.color = '#333'",
  );
  expect((await axeProblems(page, "colours")).join("\n")).toContain("color-contrast");
});

test("at 320 px, and at 200 % of 1,280 px, everything is reached without scrolling sideways", async () => {
  const page = await WRITING.find(({ name }) => name === "not sent")!.show(cast);
  for (const viewport of [
    { width: 320, height: 640 },
    { width: 640, height: 400 },
  ]) {
    await page.setViewportSize(viewport);
    expect(await fits(page)).toBe(true);
    for (const name of ["Retry", "Discard", "Post"]) {
      await page.getByRole("button", { name }).scrollIntoViewIfNeeded();
      const box = await page.getByRole("button", { name }).boundingBox();
      expect(box!.x).toBeGreaterThanOrEqual(0);
      expect(box!.x + box!.width).toBeLessThanOrEqual(viewport.width);
    }
    await screenshot(page, `element-narrow-${viewport.width}`);
  }
});

test("with forced colours and reduced motion nothing is lost, and a new comment does not fade in", async () => {
  const page = await READING.find(({ name }) => name === "signed out")!.show(cast);
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  const videoId = new URL(page.url()).searchParams.get("video") ?? "";
  // A comment fades in only if nothing was drawn in the half second before it.
  await until("a comment that is marked as new", async () => {
    await sleep(600);
    await cast.ada.post(videoId, "Just now.");
    await articleWith(page, "Just now.").last().waitFor();
    return (await page.locator("article.fresh").count()) > 0;
  });
  const name = await page.evaluate<string>(
    "getComputedStyle(document.querySelector('live-comments').shadowRoot.querySelector('article.fresh')).animationName",
  );
  expect(name).toBe("none");
  expect(await axeProblems(page)).toEqual([]);
  await screenshot(page, "element-forced-colours");
});

/** Announcements, due three seconds after a comment, are made when the test says so. */
const HOLD_ANNOUNCEMENTS = `
  const { setTimeout: set } = window;
  const held = [];
  window.setTimeout = (work, ms, ...more) => (ms === 3_000 ? (held.push(work), set(() => {}, ms)) : set(work, ms, ...more));
  window.announce = () => held.splice(0).forEach((work) => work());
`;

test("new comments are announced by their number, now and then, and not one by one", async () => {
  const videoId = newVideo();
  const page = await pages.open(videoId);
  await page.getByText("No comments yet.").waitFor();
  await page.evaluate(HOLD_ANNOUNCEMENTS);
  for (const content of ["one", "two", "three"]) await cast.ada.post(videoId, content);
  await articleWith(page, "three").waitFor();
  await page.evaluate("announce()");
  await page.getByRole("status").getByText("3 new comments").waitFor();
  expect(await streamOf(page).getAttribute("aria-live")).toBe("off");
});

test("the same number of new comments is announced again", async () => {
  const videoId = newVideo();
  const page = await pages.open(videoId);
  await page.getByText("No comments yet.").waitFor();
  const announcement = page.getByRole("status").getByText("1 new comment");
  await cast.ada.post(videoId, "one");
  const first = await announcement.textContent();
  await cast.ada.post(videoId, "two");
  // Only a change of the text is told, but it need not be heard.
  await until("another text", async () => (await announcement.textContent()) !== first);
  expect(await announcement.evaluate(({ textContent }) => textContent?.trim())).toBe("1 new comment");
});
