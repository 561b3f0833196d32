import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { BrowserContext } from "playwright-core";
import { password } from "../support/app/client.ts";
import {
  type PageWindow,
  isConnected,
  pendingOf,
  post,
  shows,
  signIn,
  stateOf,
} from "../support/browser/client-site.ts";
import { useClientSite } from "../support/browser/use-client-site.ts";
import { until } from "../support/until.ts";

declare const window: PageWindow;

const used = useClientSite();

const newVideo = () => `v-${randomUUID()}`;

test("without the Realtime Database the page polls, misses nothing, and is live again by itself", async () => {
  const videoId = newVideo();
  await used.ada.post(videoId, "before");
  const { page } = await used.openReader(videoId);
  await isConnected(page, "live");
  used.site.database.refuse(true);
  used.site.database.cut();
  try {
    await used.ada.post(videoId, "during");
    await isConnected(page, "polling");
    await shows(page, ["before", "during"]);
  } finally {
    used.site.database.refuse(false);
  }
  await isConnected(page, "live");
  await used.ada.post(videoId, "after");
  await shows(page, ["before", "during", "after"]);
  expect((await stateOf(page)).pending).toEqual([]);
});

test("without the API the page stays live, and what is posted is sent once and in order when it is back", async () => {
  const videoId = newVideo();
  const { page } = await used.openAda(videoId);
  await isConnected(page, "live");
  used.site.cutApi(true);
  try {
    for (const content of ["1", "2"]) await post(page, content);
    await used.ada.post(videoId, "by another way");
    await shows(page, ["by another way"]);
    expect((await pendingOf(page)).map((item) => item.split(" ")[0])).toEqual(["1", "2"]);
  } finally {
    used.site.cutApi(false);
  }
  await shows(page, ["by another way", "1", "2"]);
});

test("messages survive a killed tab and a reload, and are posted once", async () => {
  const videoId = newVideo();
  const { page, context } = await used.openAda(videoId);
  await isConnected(page, "live");
  used.site.cutApi(true);
  try {
    for (const content of ["1", "2"]) await post(page, content);
    await page.evaluate(() => {
      window.video.draft = "half a thought";
    });
    // The tab's process dies without a word.
    await page.goto("chrome://crash").catch(() => {});
    await page.close();
  } finally {
    used.site.cutApi(false);
  }
  const next = await used.site.open(context, videoId);
  await shows(next, ["1", "2"]);
  await until("nothing pending", async () => (await pendingOf(next)).length === 0);
  expect(await next.evaluate(() => window.video.draft)).toBe("half a thought");
  expect((await used.ada.list(videoId)).body.comments).toHaveLength(2);
});

/** A browser that has a copy of the video's only comment. */
async function openWithCopy(videoId: string): Promise<BrowserContext> {
  await used.ada.post(videoId, "seen before");
  const { page, context } = await used.openReader(videoId);
  await shows(page, ["seen before"]);
  await isConnected(page, "live");
  await page.evaluate(() => window.video.close());
  await until("a copy", () => page.evaluate<boolean>(hasCopy(videoId)));
  return context;
}

/** Cuts the ways to the API and to the Realtime Database meanwhile. */
async function cutOff(work: () => Promise<void>): Promise<void> {
  used.site.cutApi(true);
  used.site.database.refuse(true);
  used.site.database.cut();
  try {
    await work();
  } finally {
    used.site.cutApi(false);
    used.site.database.refuse(false);
  }
}

test("a page opens with what it last showed while neither the API nor the database can be reached", async () => {
  const videoId = newVideo();
  const context = await openWithCopy(videoId);
  await cutOff(async () => {
    const next = await used.site.open(context, videoId);
    await shows(next, ["seen before"]);
    await isConnected(next, "offline");
    await used.ada.post(videoId, "news");
  });
  const [, next] = context.pages();
  await shows(next!, ["seen before", "news"]);
  expect((await stateOf(next!)).pending).toEqual([]);
});

test("what a page last showed is shown also if the browser is slow to give it", async () => {
  const videoId = newVideo();
  const context = await openWithCopy(videoId);
  const arrival = Promise.withResolvers<void>();
  await context.route(/\/copies-/, async (route) => {
    await arrival.promise;
    await route.continue();
  });
  await cutOff(async () => {
    const next = await used.site.open(context, videoId);
    // It does not wait for the copy any more.
    await isConnected(next, "offline");
    arrival.resolve();
    await shows(next, ["seen before"]);
    expect((await stateOf(next)).connection).toBe("offline");
  });
});

/** An expression: whether the browser has a copy of the video. */
function hasCopy(videoId: string): string {
  return `new Promise((resolve) => {
    const opening = indexedDB.open("live-comments");
    // It is not there yet. The client makes it.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(false);
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
  for (const content of contents) await used.ada.post(videoId, content);
  const { page, context } = await used.openReader(videoId);
  await isConnected(page, "live");
  await page.evaluate(() => window.video.loadOlder());
  await shows(page, contents);
  await context.setOffline(true);
  used.site.database.cut();
  // More than the mirror keeps as changes.
  const late = Array.from({ length: 250 }, (_, n) => `late ${n}`);
  for (const content of late) await used.ada.post(videoId, content);
  await context.setOffline(false);
  await shows(page, [...contents, ...late]);
  expect((await stateOf(page)).pending).toEqual([]);
});

test("a page that was offline for more changes than it catches up with shows the newest, and the others as it loads them", async () => {
  const videoId = newVideo();
  const { comment: first } = (await used.ada.post(videoId, "first")).body;
  const { comment: second } = (await used.ada.post(videoId, "second")).body;
  const { page, context } = await used.openReader(videoId);
  await isConnected(page, "live");
  await shows(page, ["first", "second"]);
  await context.setOffline(true);
  used.site.database.cut();
  await used.ada.delete(videoId, first.id);
  await used.ada.edit(videoId, second.id, "second, edited");
  const late: string[] = [];
  while (late.length < 1_100) {
    const some = Array.from({ length: 20 }, (_, n) => `late ${late.length + n}`);
    await Promise.all(some.map((content) => used.ada.post(videoId, content)));
    late.push(...some);
  }
  await context.setOffline(false);
  await until("everything is shown", async () => {
    await page.evaluate(() => window.video.loadOlder().catch(() => undefined));
    const { comments, hasOlder } = await stateOf(page);
    return comments.length === late.length + 1 && !hasOlder;
  });
  const { comments } = await stateOf(page);
  expect(comments[0]?.content).toBe("second, edited");
  // Those of one moment have no order of their own.
  expect(
    comments
      .slice(1)
      .map(({ content }) => content)
      .toSorted(),
  ).toEqual(late.toSorted());
});

test("where WebSockets are blocked, a signed-in user's page is live by the event stream", async () => {
  const videoId = newVideo();
  const context = await used.browser.newContext();
  await context.routeWebSocket(/./, (socket) => void socket.close());
  const page = await used.site.open(context, videoId);
  await signIn(page, used.ada.email, password);
  await isConnected(page, "live");
  await page.evaluate(() => void window.video.presence.subscribe(() => {}));
  await used.openAda(videoId);
  await until("the viewer in the other window is counted", async () => {
    return page.evaluate(() => window.video.presence.state.viewers === 1);
  });
  await post(page, "through the stream");
  await shows(page, ["through the stream"]);
  expect((await stateOf(page)).pending).toEqual([]);
});

test("a frozen page shows what it missed once it goes on", async () => {
  const videoId = newVideo();
  const { page, context } = await used.openReader(videoId);
  await isConnected(page, "live");
  const devtools = await context.newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await used.ada.post(videoId, "while it was frozen");
  used.site.database.cut();
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await shows(page, ["while it was frozen"]);
  expect((await stateOf(page)).pending).toEqual([]);
});
