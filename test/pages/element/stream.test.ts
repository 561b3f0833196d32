import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { articlesOf, openPage, settled } from "../../support/browser/browser.ts";
import { articleWith, newVideo, streamOf, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `comment ${n}.`);

async function postAll(videoId: string, contents: string[]): Promise<void> {
  const user = await pages.createUser();
  for (const content of contents) expect((await user.post(videoId, content)).status).toBe(201);
}

const scrollTo = (page: Page, share: number) =>
  streamOf(page).evaluate((log, to) => log.scrollTo({ top: to * (log.scrollHeight - log.clientHeight) }), share);

const isAtBottom = (page: Page) =>
  streamOf(page).evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop < 24);

/** The first comment that is in sight as a whole, and where it is. */
async function firstInSight(page: Page): Promise<{ id: string; top: number }> {
  const edge = await streamOf(page).evaluate((log) => log.getBoundingClientRect().top);
  const tops = await articlesOf(page).evaluateAll((articles) =>
    articles.map((article) => ({ id: article.id, top: article.getBoundingClientRect().top })),
  );
  return tops.find(({ top }) => top >= edge)!;
}

/** A block that is laid out late moves it for a moment. */
async function untilWhere(page: Page, seen: { id: string; top: number }): Promise<void> {
  await until("the comment to be where it was", async () => {
    const top = await page.locator(`[id="${seen.id}"]`).evaluate((article) => article.getBoundingClientRect().top);
    return Math.abs(top - seen.top) < 2;
  });
}

test("older comments load by themselves as the reader scrolls, to the very first, each once and in order", async () => {
  const videoId = newVideo();
  const contents = numbered(170);
  await postAll(videoId, contents);
  const page = await pages.open(videoId);
  await articleWith(page, "comment 169.").waitFor();
  await until("the newest to be in sight", () => isAtBottom(page));
  await until("the first comment", async () => {
    await scrollTo(page, 0);
    return articleWith(page, "comment 0.").isVisible();
  });
  expect(await articlesOf(page).locator(".text").allTextContents()).toEqual(contents);
});

test("the stream follows the newest, and stays where the reader is, who is told of new comments and jumps to them", async () => {
  const videoId = newVideo();
  await postAll(videoId, numbered(60));
  const page = await pages.open(videoId);
  await articleWith(page, "comment 59.").waitFor();
  await postAll(videoId, ["followed"]);
  await articleWith(page, "followed").waitFor();
  await until("the newest to be in sight", () => isAtBottom(page));

  await until("the way back to the newest", async () => {
    await scrollTo(page, 0.5);
    return page.getByRole("button", { name: "Jump to the newest" }).isVisible();
  });
  await settled(page);
  const seen = await firstInSight(page);
  await postAll(videoId, ["late 1", "late 2", "late 3"]);
  const jump = page.getByRole("button", { name: "3 new comments" });
  await jump.waitFor();
  await untilWhere(page, seen);

  await jump.click();
  await until("the newest to be in sight", () => isAtBottom(page));
  await jump.waitFor({ state: "detached" });
});

test("older comments that arrive do not move what the reader looks at, also where the browser does not see to that", async () => {
  const videoId = newVideo();
  await postAll(videoId, numbered(120));
  const page = await pages.open(videoId);
  await articleWith(page, "comment 119.").waitFor();
  const arrival = Promise.withResolvers<void>();
  await page.route(/\/comments\?/, async (route) => {
    await arrival.promise;
    await route.continue();
  });
  await streamOf(page).evaluate((log) => Object.assign(log.style, { overflowAnchor: "none" }) && undefined);
  await until("older comments to be asked for", async () => {
    await streamOf(page).evaluate((log) => log.scrollTo({ top: 300 }));
    return page.getByText("Loading older comments …").isVisible();
  });
  await settled(page);
  const shown = await articlesOf(page).count();
  const seen = await firstInSight(page);
  arrival.resolve();
  await until("older comments", async () => (await articlesOf(page).count()) > shown);
  await untilWhere(page, seen);
});

test("with the arrangement for comment sections the newest is on top, below the composer", async () => {
  const videoId = newVideo();
  await postAll(videoId, ["older", "newer"]);
  const page = await pages.open(videoId);
  await page.evaluate("document.querySelector('live-comments').setAttribute('arrangement', 'comments')");
  await until("the newest on top", async () => {
    const texts = await articlesOf(page).locator(".text").allTextContents();
    return texts.join() === "newer,older";
  });
  const composer = await page.getByRole("button", { name: "Sign in to comment" }).boundingBox();
  const first = await articlesOf(page).first().boundingBox();
  expect(composer!.y).toBeLessThan(first!.y);
});

test("a long text is folded until the reader unfolds it, also one that is a single word", async () => {
  const videoId = newVideo();
  // An odd number of code units before the place where it is cut.
  const word = `a${"x\u0301".repeat(600)}`;
  await postAll(videoId, [`${"many words ".repeat(100)}end`, word]);
  const page = await pages.open(videoId);
  const long = articleWith(page, "many words");
  await long.getByText("…").waitFor();
  expect(await long.getByText("end").count()).toBe(0);
  await long.getByRole("button", { name: "Show more" }).click();
  await long.getByText("end").waitFor();
  await long.getByRole("button", { name: "Show less" }).click();
  await long.getByText("…").waitFor();
  // It is cut between characters, not between a letter and its accent.
  const cut = await articleWith(page, "ax\u0301").locator(".text").textContent();
  expect(cut).toMatch(/^a(x\u0301)+…$/u);
});

test("addresses are links that give nothing away, and what only looks like one is not", async () => {
  const videoId = newVideo();
  await postAll(videoId, [
    "See https://example.com/a_(b), or https://bank.example@evil.example/ and javascript:alert(1)",
  ]);
  const page = await pages.open(videoId);
  const links = articlesOf(page).getByRole("link");
  await links.first().waitFor();
  const found = await links.evaluateAll((all) =>
    all.map((link) => [link.textContent, link.getAttribute("href"), link.getAttribute("rel")]),
  );
  expect(found).toEqual([
    ["https://example.com/a_(b)", "https://example.com/a_(b)", "nofollow ugc noopener noreferrer"],
  ]);
});

test("an Arabic text in a German page runs from right to left, and does not turn what stands beside it", async () => {
  const videoId = newVideo();
  await postAll(videoId, ["مرحبا بالعالم"]);
  const page = await pages.open(videoId);
  await page.evaluate("document.documentElement.lang = 'de'; document.querySelector('live-comments').lang = 'de'");
  await page.getByRole("heading", { name: "Kommentare" }).waitFor();
  const article = articlesOf(page).first();
  await article.waitFor();
  const direction = await page.evaluate<string>(
    "getComputedStyle(document.querySelector('live-comments').shadowRoot.querySelector('article .text')).direction",
  );
  expect(direction).toBe("rtl");
  const name = await article.locator(".name bdi").boundingBox();
  const time = await article.locator("time").boundingBox();
  expect(name!.x + name!.width).toBeLessThanOrEqual(time!.x);
});

test("consecutive comments of one person show the name once", async () => {
  const videoId = newVideo();
  await postAll(videoId, ["one", "two"]);
  await postAll(videoId, ["of somebody else"]);
  const page = await pages.open(videoId);
  await articleWith(page, "of somebody else").waitFor();
  const areGrouped = await articlesOf(page).evaluateAll((all) => all.map((article) => article.matches(".grouped")));
  expect(areGrouped).toEqual([false, true, false]);
});

test("relative times move by themselves", async () => {
  const videoId = newVideo();
  const { comment } = (await (await pages.createUser()).post(videoId, "a while ago")).body;
  const page = await pages.browser.newPage();
  await page.clock.install({ time: comment.created_at });
  await openPage(page, videoId);
  const time = articleWith(page, "a while ago").locator("time");
  await until("a new comment", async () => (await time.textContent()) === "now");
  await page.clock.fastForward("05:10");
  await until("an older one", async () => /^[5-9] min$/.test((await time.textContent()) ?? ""));
  expect(await articlesOf(page).count()).toBe(1);
});

test("a name that is no video's says so", async () => {
  const page = await pages.open(newVideo());
  await page.evaluate("document.querySelector('live-comments').setAttribute('video', 'a/b')");
  await page.getByText("There is no video with this name.").waitFor();
  await page.evaluate(`document.querySelector('live-comments').setAttribute('video', '${newVideo()}')`);
  await page.getByText("No comments yet.").waitFor();
  expect(await page.getByText("There is no video with this name.").count()).toBe(0);
});
