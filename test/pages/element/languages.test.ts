import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { postThrough, signInThrough } from "../../support/browser/browser.ts";
import { type ElementSite, startElementSite } from "../../support/browser/element-site.ts";
import { articleWith, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

let site: ElementSite;

beforeAll(async () => {
  site = await startElementSite();
});

afterAll(() => site?.close());

const IN_GERMAN = `
  const translate = () => document.documentElement?.setAttribute("lang", "de");
  new MutationObserver(translate).observe(document, { childList: true });
`;

/** A page that is in English, and in German when it is loaded again, where somebody is signed in. */
async function open(videoId: string): Promise<Page> {
  const page = await (await pages.browser.newContext()).newPage();
  await page.goto(site.url("bare", videoId));
  await signInThrough(page, (await pages.createUser()).email);
  await page.addInitScript(IN_GERMAN);
  return page;
}

test("a signed-in reader whose language loads late reads meanwhile, and then writes in it", async () => {
  const videoId = newVideo();
  const page = await open(videoId);
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));
  let loaded = 0;
  page.on("requestfinished", (request) => (loaded += /\/(en-)?signed-in-/.test(request.url()) ? 1 : 0));
  const released = Promise.withResolvers<void>();
  await page.route("**/de-*.js", async (route) => {
    await released.promise;
    await route.continue();
  });
  await page.reload();
  await until("everything in English", () => loaded >= 3);
  await (await pages.createUser()).post(videoId, "meanwhile");
  await articleWith(page, "meanwhile").waitFor();
  released.resolve();
  await page.getByRole("textbox", { name: "Dein Kommentar" }).fill("auf Deutsch");
  await page.getByRole("button", { name: "Senden" }).click();
  await articleWith(page, "auf Deutsch").waitFor();
  expect(errors).toEqual([]);
});

test("while the texts of a language cannot be loaded, people write in English", async () => {
  const page = await open(newVideo());
  await page.route("**/de-*.js", (route) => route.abort());
  await page.reload();
  expect(await page.evaluate("document.documentElement.lang")).toBe("de");
  await postThrough(page, "in English");
  await articleWith(page, "in English").waitFor();
});
