import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openDatabase } from "../../functions/src/database/open-database.ts";
import type { Db } from "../../functions/src/database/schema.ts";
import { startBrowser } from "../support/browser/browser.ts";
import {
  type ClientSite,
  type PageWindow,
  contentsOf,
  isConnected,
  pendingOf,
  post,
  shows,
  signIn,
  startClientSite,
  stateOf,
} from "../support/browser/client-site.ts";
import { type Client, password } from "../support/app/client.ts";
import { createUser, createUserOf } from "../support/app/users.ts";
import { sendToPlatform } from "../support/environment.ts";
import { until } from "../support/until.ts";

declare const window: PageWindow;

let browser: Browser;
let site: ClientSite;
let db: Db;
/** Posts through the API, past the browser. */
let ada: Client;

beforeAll(async () => {
  const { MYSQL_URL: url = "" } = process.env;
  db = openDatabase({ url, connections: 1 });
  [browser, site, ada] = await Promise.all([startBrowser(), startClientSite(), createUser(sendToPlatform)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await db?.destroy();
});

const newVideo = () => `v-${randomUUID()}`;

/** A page in a browser of its own, signed out. */
async function openReader(videoId: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  return { context, page: await site.open(context, videoId) };
}

/** A page in which ada is signed in. */
async function openAda(videoId: string): Promise<{ context: BrowserContext; page: Page }> {
  const opened = await openReader(videoId);
  await signIn(opened.page, ada.email, password);
  return opened;
}

test("a signed-out reader sees posts, edits, deletions and approvals live, without the Firebase SDK", async () => {
  const videoId = newVideo();
  const context = await browser.newContext();
  const scripts: string[] = [];
  context.on("request", (request) => scripts.push(request.url()));
  const page = await site.open(context, videoId);
  await isConnected(page, "live");
  const first = (await ada.post(videoId, "first")).body.comment;
  await ada.post(videoId, "second");
  await shows(page, ["first", "second"]);
  await ada.edit(videoId, first.id, "first, edited");
  await shows(page, ["first, edited", "second"]);
  const moderator = await createUserOf({ db }, sendToPlatform, "moderator");
  await moderator.configure(videoId, { hold_for_review: true });
  const held = (await ada.post(videoId, "held")).body.comment;
  await moderator.configure(videoId, { hold_for_review: false });
  await ada.post(videoId, "third");
  await shows(page, ["first, edited", "second", "third"]);
  await moderator.call("POST", `/videos/${videoId}/comments/${held.id}/approve`);
  await shows(page, ["first, edited", "second", "held", "third"]);
  await ada.delete(videoId, first.id);
  await shows(page, ["second", "held", "third"]);
  expect(scripts.filter((url) => /firebase|sdk|outbox/.test(url))).toEqual([]);
});

test("a signed-in user posts, edits and deletes; a reader sees it live", async () => {
  const videoId = newVideo();
  const [{ page }, reader] = [await openAda(videoId), await openReader(videoId)];
  await Promise.all([isConnected(page, "live"), isConnected(reader.page, "live")]);
  await post(page, "lol");
  await post(page, "lol");
  for (const each of [page, reader.page]) await shows(each, ["lol", "lol"]);
  await until("nothing pending", async () => (await pendingOf(page)).length === 0);
  await page.evaluate(async () => {
    const [comment] = window.video.state.comments;
    if (comment) await window.video.edit(comment, "edited");
  });
  await shows(reader.page, ["edited", "lol"]);
  await page.evaluate(() => window.video.delete(window.video.state.comments[0]?.id ?? ""));
  for (const each of [page, reader.page]) await shows(each, ["lol"]);
});

test("without the Realtime Database the page polls, misses nothing, and is live again by itself", async () => {
  const videoId = newVideo();
  await ada.post(videoId, "before");
  const { page } = await openReader(videoId);
  await isConnected(page, "live");
  site.database.refuse(true);
  site.database.cut();
  try {
    await ada.post(videoId, "during");
    await isConnected(page, "polling");
    await shows(page, ["before", "during"]);
  } finally {
    site.database.refuse(false);
  }
  await isConnected(page, "live");
  await ada.post(videoId, "after");
  await shows(page, ["before", "during", "after"]);
});

test("without the API the page stays live, and what is posted is sent once and in order when it is back", async () => {
  const videoId = newVideo();
  const { page } = await openAda(videoId);
  await isConnected(page, "live");
  site.cutApi(true);
  try {
    for (const content of ["1", "2"]) await post(page, content);
    await ada.post(videoId, "by another way");
    await shows(page, ["by another way"]);
    expect((await pendingOf(page)).map((item) => item.split(" ")[0])).toEqual(["1", "2"]);
  } finally {
    site.cutApi(false);
  }
  await shows(page, ["by another way", "1", "2"]);
});

test("messages survive a killed tab and a reload, and are posted once", async () => {
  const videoId = newVideo();
  const { page, context } = await openAda(videoId);
  await isConnected(page, "live");
  site.cutApi(true);
  try {
    for (const content of ["1", "2"]) await post(page, content);
    await page.evaluate(() => {
      window.video.draft = "half a thought";
    });
    // The tab's process dies without a word.
    await page.goto("chrome://crash").catch(() => {});
    await page.close();
  } finally {
    site.cutApi(false);
  }
  const next = await site.open(context, videoId);
  await shows(next, ["1", "2"]);
  await until("nothing pending", async () => (await pendingOf(next)).length === 0);
  expect(await next.evaluate(() => window.video.draft)).toBe("half a thought");
  expect((await ada.list(videoId)).body.comments).toHaveLength(2);
});

test("a page opens with what it last showed while neither the API nor the database can be reached", async () => {
  const videoId = newVideo();
  await ada.post(videoId, "seen before");
  const { page, context } = await openReader(videoId);
  await shows(page, ["seen before"]);
  await isConnected(page, "live");
  await page.evaluate(() => window.video.close());
  await until("a copy", () => page.evaluate<boolean>(hasCopy(videoId)));
  site.cutApi(true);
  site.database.refuse(true);
  try {
    const next = await site.open(context, videoId);
    await shows(next, ["seen before"]);
    await isConnected(next, "offline");
    await ada.post(videoId, "news");
  } finally {
    site.cutApi(false);
    site.database.refuse(false);
  }
  const [, next] = context.pages();
  await shows(next!, ["seen before", "news"]);
});

/** An expression: whether the browser has a copy of the video. */
function hasCopy(videoId: string): string {
  return `new Promise((resolve) => {
    const opening = indexedDB.open("live-comments");
    opening.onsuccess = () => {
      const reading = opening.result.transaction("copies").objectStore("copies").get("${videoId}");
      reading.onsuccess = () => {
        opening.result.close();
        resolve(reading.result !== undefined);
      };
    };
  })`;
}

test("a page that was offline while many comments came and older ones were loaded shows all of them, without a gap", async () => {
  const videoId = newVideo();
  const contents = Array.from({ length: 60 }, (_, n) => `early ${n}`);
  for (const content of contents) await ada.post(videoId, content);
  const { page, context } = await openReader(videoId);
  await isConnected(page, "live");
  await page.evaluate(() => window.video.loadOlder());
  await shows(page, contents);
  await context.setOffline(true);
  site.database.cut();
  // More than the mirror keeps as changes.
  const late = Array.from({ length: 250 }, (_, n) => `late ${n}`);
  for (const content of late) await ada.post(videoId, content);
  await context.setOffline(false);
  await shows(page, [...contents, ...late]);
});

test("where WebSockets are blocked, a signed-in user's page is live by the event stream", async () => {
  const videoId = newVideo();
  const context = await browser.newContext();
  await context.routeWebSocket(/./, (socket) => void socket.close());
  const page = await site.open(context, videoId);
  await signIn(page, ada.email, password);
  await isConnected(page, "live");
  await post(page, "through the stream");
  await shows(page, ["through the stream"]);
});

test("a frozen page shows what it missed once it goes on", async () => {
  const videoId = newVideo();
  const { page, context } = await openReader(videoId);
  await isConnected(page, "live");
  const devtools = await context.newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await ada.post(videoId, "while it was frozen");
  site.database.cut();
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await shows(page, ["while it was frozen"]);
});

test("closing leaves nothing running", async () => {
  const videoId = newVideo();
  const { page } = await openAda(videoId);
  await isConnected(page, "live");
  await post(page, "one");
  await shows(page, ["one"]);
  await page.evaluate(() => window.client.close());
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  await ada.post(videoId, "two");
  // What a wake-up would start, it would start now.
  await page.evaluate(`dispatchEvent(new Event("online")), document.dispatchEvent(new Event("resume"))`);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
  expect(await contentsOf(page)).toEqual(["one"]);
  expect((await stateOf(page)).isLoaded).toBe(true);
  expect(requests).toEqual([]);
});

test("an edit that meets another one gives both versions and the common one; overwriting is one call", async () => {
  const videoId = newVideo();
  const { page } = await openAda(videoId);
  const { id } = (await ada.post(videoId, "base")).body.comment;
  await shows(page, ["base"]);
  const [conflict, result] = await page.evaluate(async (commentId) => {
    const base = window.video.state.comments.find((comment) => comment.id === commentId);
    if (!base) throw new Error("there is no comment");
    const send = (content: string) => window.client.api.editComment({ ...edit, content, if_match: "*" });
    const edit = { video_id: window.video.id, comment_id: commentId };
    await send("theirs");
    try {
      await window.video.edit(base, "mine");
    } catch (error) {
      const found = error as import("../../web/src/video/edit-conflict.ts").EditConflict;
      const versions = [found.mine, found.theirs.content, found.base.content];
      return [versions, (await found.overwrite()).content] as const;
    }
    throw new Error("there was no conflict");
  }, id);
  expect(conflict).toEqual(["mine", "theirs", "base"]);
  expect(result).toBe("mine");
  await shows(page, ["mine"]);
});
