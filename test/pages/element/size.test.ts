import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { type ElementSite, startElementSite } from "../../support/browser/element-site.ts";
import { articleWith, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

/** What the two lines may cost a reader who does nothing, gzipped. */
const MAX_READER_BYTES = 29_600;

const pages = usePages();
let site: ElementSite;

beforeAll(async () => {
  site = await startElementSite();
});

afterAll(() => site?.close());

/** Each script that the page loads from now on, by its name, with its size. */
function noteScripts(page: Page): Map<string, number> {
  const sizes = new Map<string, number>();
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    void response.body().then((body) => sizes.set(basename(new URL(response.url()).pathname), gzipSync(body).length));
  });
  return sizes;
}

const partsOf = (scripts: ReadonlyMap<string, number>) =>
  [...scripts.keys()].map((name) => name.split(/[-.]/)[0] ?? "");

// Until their copy is kept, a few seconds after they are live, a reader's page loads everything that it ever loads by itself.
test("the scripts of a signed-out reader stay small, and none is for signed-in people", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  await ada.post(videoId, "for readers");
  const page = await pages.browser.newPage();
  const scripts = noteScripts(page);
  await page.goto(site.url("bare", videoId));
  await articleWith(page, "for readers").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  const areThere = () => scripts.size >= 4 && ["copies", "database"].every((part) => partsOf(scripts).includes(part));
  await until("their copy is kept", areThere);
  const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  console.log(`a signed-out reader loads ${bytes} bytes: ${JSON.stringify(Object.fromEntries(scripts))}`);
  expect(partsOf(scripts).toSorted()).toEqual(["copies", "database", "element", "element"]);
  expect(bytes).toBeLessThan(MAX_READER_BYTES);
});
