import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../../support/app/client.ts";
import { signInThrough } from "../../support/browser/browser.ts";
import { type ElementSite, startElementSite } from "../../support/browser/element-site.ts";
import { articleWith, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();
let site: ElementSite;
let ada: Client;

beforeAll(async () => {
  site = await startElementSite();
  ada = await pages.createUser();
});

afterAll(() => site?.close());

test("two lines in a bare HTML file of another origin show comments live, and let people write", async () => {
  const videoId = newVideo();
  const page = await pages.browser.newPage();
  await page.goto(site.url("bare", videoId));
  await page.getByText("No comments yet.").waitFor();
  await ada.post(videoId, "across origins");
  await articleWith(page, "across origins").waitFor();
  await signInThrough(page, ada.email);
  await page.getByRole("textbox", { name: "Your comment" }).fill("and back");
  await page.getByRole("button", { name: "Post" }).click();
  await until("the comment", async () => (await ada.list(videoId)).body.comments[0]?.content === "and back");
});

test("two elements on one page show a video each, under one session", async () => {
  const videoId = newVideo();
  await ada.post(videoId, "of the first");
  await ada.post(`${videoId}-2`, "of the second");
  const page = await pages.browser.newPage();
  await page.goto(site.url("two", videoId));
  const [first, second] = [page.locator("live-comments").first(), page.locator("live-comments").last()];
  await first.getByText("of the first").waitFor();
  await second.getByText("of the second").waitFor();
  await first.getByRole("button", { name: "Sign in to comment" }).click();
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("dialog").getByRole("button", { name: "Sign in", exact: true }).click();
  for (const element of [first, second]) await element.getByRole("textbox", { name: "Your comment" }).waitFor();
  // What is removed from the page stops, and the other goes on.
  await page.evaluate("document.querySelector('live-comments').remove()");
  await ada.post(`${videoId}-2`, "still live");
  await second.getByText("still live").waitFor();
  expect(await page.locator("live-comments").count()).toBe(1);
});

/** As where the person blocks it. */
const BLOCK_STORAGE = `
  const get = () => { throw new DOMException("blocked", "SecurityError"); };
  Object.defineProperty(window, "localStorage", { get });
`;

test("somebody who is signed in stays so when the element shows another video, also without storage", async () => {
  const videoId = newVideo();
  await ada.post(`${videoId}-2`, "of the next");
  const page = await pages.browser.newPage();
  await page.addInitScript(BLOCK_STORAGE);
  await page.goto(site.url("bare", videoId));
  await signInThrough(page, ada.email);
  await page.evaluate(`document.querySelector("live-comments").video = "${videoId}-2"`);
  await articleWith(page, "of the next").waitFor();
  await page.getByRole("textbox", { name: "Your comment" }).fill("still here");
  await page.getByRole("button", { name: "Post" }).click();
  await until("the comment", async () => (await ada.list(`${videoId}-2`)).body.comments[0]?.content === "still here");
  // Control: the session is nowhere but in the page.
  await page.reload();
  await page.getByRole("button", { name: "Sign in to comment" }).waitFor();
});

test("in a frame of another origin it is live", async () => {
  const videoId = newVideo();
  const page = await pages.browser.newPage();
  await page.goto(site.url("frame", videoId));
  const frame = page.frameLocator("iframe");
  await frame.getByText("No comments yet.").waitFor();
  await ada.post(videoId, "in a frame");
  await frame.getByRole("article").getByText("in a frame").waitFor();
  expect(await frame.getByRole("article").count()).toBe(1);
});

test.each(["react", "vue"] as const)("in a project of %s it gets attributes, and its events arrive", async (name) => {
  const videoId = newVideo();
  await ada.post(videoId, "in a framework");
  const page = await pages.browser.newPage();
  await page.goto(site.url(name, videoId));
  await articleWith(page, "in a framework").waitFor();
  await until("the event", async () => (await page.evaluate<string>("window.told")) === "live");
  expect(await articleWith(page, "in a framework").count()).toBe(1);
});
