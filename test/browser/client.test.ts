import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  type PageWindow,
  contentsOf,
  isConnected,
  pendingOf,
  post,
  shows,
  stateOf,
} from "../support/browser/client-site.ts";
import { useClientSite } from "../support/browser/use-client-site.ts";
import { until } from "../support/until.ts";

declare const window: PageWindow & { shownUser: string | undefined };

const used = useClientSite();

const newVideo = () => `v-${randomUUID()}`;

test("a signed-out reader sees posts, edits, deletions and approvals live, without the Firebase SDK", async () => {
  const videoId = newVideo();
  const context = await used.browser.newContext();
  const scripts: string[] = [];
  context.on("request", (request) => scripts.push(request.url()));
  const page = await used.site.open(context, videoId);
  await isConnected(page, "live");
  const first = (await used.ada.post(videoId, "first")).body.comment;
  await used.ada.post(videoId, "second");
  await shows(page, ["first", "second"]);
  await used.ada.edit(videoId, first.id, "first, edited");
  await shows(page, ["first, edited", "second"]);
  const moderator = await used.createModerator();
  await moderator.configure(videoId, { hold_for_review: true });
  const held = (await used.ada.post(videoId, "held")).body.comment;
  await moderator.configure(videoId, { hold_for_review: false });
  await used.ada.post(videoId, "third");
  await shows(page, ["first, edited", "second", "third"]);
  await moderator.call("POST", `/videos/${videoId}/comments/${held.id}/approve`);
  await shows(page, ["first, edited", "second", "held", "third"]);
  await used.ada.delete(videoId, first.id);
  await shows(page, ["second", "held", "third"]);
  expect(scripts.filter((url) => /firebase|sdk|outbox/.test(url))).toEqual([]);
});

test("a signed-in user posts, edits and deletes; a reader sees it live", async () => {
  const videoId = newVideo();
  const [{ page }, reader] = [await used.openAda(videoId), await used.openReader(videoId)];
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

test("a page that comes back from the back-forward cache tells its listeners that another tab signed out", async () => {
  const { page } = await used.openAda(newVideo());
  await page.evaluate(() => {
    window.client.session.subscribe(({ user }) => {
      window.shownUser = user?.username;
    });
  });
  // A page gets no event of what it writes itself, as it gets none in the cache of what other tabs write.
  await page.evaluate(`localStorage.removeItem("live-comments.session")`);
  expect(await page.evaluate(() => window.shownUser)).toBe(used.ada.username);
  await page.evaluate(`dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`);
  expect(await page.evaluate(() => window.shownUser)).toBeUndefined();
});

test("a page that could not load all of its code sends what an earlier one left once the network is back", async () => {
  const videoId = newVideo();
  const { context, page } = await used.openAda(videoId);
  await isConnected(page, "live");
  used.site.cutApi(true);
  await post(page, "left");
  await page.close();
  used.site.cutApi(false);
  let isOffline = true;
  const failed: string[] = [];
  context.on("requestfailed", (request) => failed.push(request.url()));
  await context.route("**/outbox-*.js", (route) => (isOffline ? route.abort() : route.continue()));
  const next = await used.site.open(context, videoId);
  await until("a file that cannot be had", () => failed.some((url) => url.includes("/outbox-")));
  await isConnected(next, "live");
  expect(await pendingOf(next)).toEqual([]);
  isOffline = false;
  await next.evaluate(`dispatchEvent(new Event("online"))`);
  await shows(next, ["left"]);
});

test("closing leaves nothing running", async () => {
  const videoId = newVideo();
  const { page } = await used.openAda(videoId);
  await isConnected(page, "live");
  await post(page, "one");
  await shows(page, ["one"]);
  await page.evaluate(() => window.client.close());
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  await used.ada.post(videoId, "two");
  // What a wake-up would start, it would start now.
  await page.evaluate(`dispatchEvent(new Event("online")), document.dispatchEvent(new Event("resume"))`);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
  expect(await contentsOf(page)).toEqual(["one"]);
  expect((await stateOf(page)).isLoaded).toBe(true);
  expect(requests).toEqual([]);
});

test("an edit that meets another one gives both versions and the common one; overwriting is one call", async () => {
  const videoId = newVideo();
  const { page } = await used.openAda(videoId);
  const { id } = (await used.ada.post(videoId, "base")).body.comment;
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
