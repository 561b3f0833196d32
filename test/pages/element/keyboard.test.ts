import { expect, test } from "@jest/globals";
import { articlesOf, composerOf } from "../../support/browser/browser.ts";
import { articleWith, newVideo, streamOf, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

test("with the keyboard alone a reader walks through the comments, opens a menu, and comes back", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  for (const content of ["one", "two"]) await ada.post(videoId, content);
  const page = await pages.open(videoId, ada);
  await articleWith(page, "two").waitFor();
  const focused = () =>
    page.evaluate<string>("document.querySelector('live-comments').shadowRoot.activeElement?.textContent ?? ''");
  await streamOf(page).focus();
  await page.keyboard.press("ArrowDown");
  expect(await focused()).toContain("two");
  await page.keyboard.press("ArrowUp");
  expect(await focused()).toContain("one");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await until("the first item to have the focus", async () => (await focused()).includes("Edit"));
  await page.keyboard.press("ArrowDown");
  expect(await focused()).toContain("Delete");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  await until("the comment to have the focus", async () => (await focused()).includes("one"));
  await page.keyboard.press("e");
  await articlesOf(page).getByRole("textbox").press("Escape");
  await until("the comment to have the focus", async () => (await focused()).includes("one"));
  await page.keyboard.press("/");
  expect(await composerOf(page).evaluate((field) => field.matches(":focus"))).toBe(true);
});

test("a moderator decides about one comment after the other with the keyboard alone", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  await moderator.configure(videoId, { hold_for_review: true });
  const contents = ["one", "two", "three", "four"];
  for (const content of contents) await ada.post(videoId, content);
  const page = await pages.open(videoId, moderator);
  const hasFocus = (content: string) => articleWith(page, content).evaluate((article) => article.matches(":focus"));
  await articleWith(page, "four").waitFor();
  await articleWith(page, "one").focus();
  await page.keyboard.press("r");
  expect(await hasFocus("two")).toBe(true);
  await page.keyboard.press("a");
  expect(await hasFocus("three")).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Approve" }).click();
  await page.getByRole("menu").waitFor({ state: "hidden" });
  expect(await hasFocus("four")).toBe(true);
  await articleWith(page, "three").waitFor();
  // A key that is held down acts once. On "three", which has the focus then, it would open the dialog of a report.
  for (let n = 0; n < 3; n += 1) await page.keyboard.down("r");
  await articleWith(page, "four").waitFor({ state: "detached" });
  expect(await hasFocus("three")).toBe(true);
  await until("both to be published", async () => (await ada.list(videoId)).body.comments.length === 2);
  const published = (await ada.list(videoId)).body.comments.map(({ content }) => content);
  expect(published.toSorted()).toEqual(["three", "two"]);
});
