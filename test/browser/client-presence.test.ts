import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { password } from "../support/app/client.ts";
import { createUser } from "../support/app/users.ts";
import { type PageWindow, post, shows, signIn } from "../support/browser/client-site.ts";
import { useClientSite } from "../support/browser/use-client-site.ts";
import { sendToPlatform } from "../support/environment.ts";
import { until } from "../support/until.ts";

declare const window: PageWindow;

const used = useClientSite();

const watching = (page: Page) => page.evaluate(() => window.video.presence.state);
const namesOn = async (page: Page) => (await watching(page)).users?.map(({ username }) => username).toSorted();
const untilNames = (page: Page, ...names: string[]) =>
  until(`${names.length} names`, async () => JSON.stringify(await namesOn(page)) === JSON.stringify(names.toSorted()));

/** The page asks for names and counts only while it shows them. */
const show = (page: Page) => page.evaluate(() => void window.video.presence.subscribe(() => {}));

test("who watches is seen by name, and somebody who signs out is gone at once, with all their tabs", async () => {
  const videoId = `v-${randomUUID()}`;
  const grace = await createUser(sendToPlatform);
  const ada = await used.openAda(videoId);
  const graces = await used.openReader(videoId);
  await signIn(graces.page, grace.email, password);
  const second = await used.site.open(graces.context, videoId);
  for (const page of [ada.page, graces.page, second]) await show(page);
  for (const page of [ada.page, second]) await untilNames(page, used.ada.username, grace.username);

  await second.evaluate(() => window.client.session.signOut());
  await untilNames(ada.page, used.ada.username);
  expect((await watching(second)).users).toBeUndefined();

  // The same browser is there again as soon as somebody signs in.
  await signIn(graces.page, grace.email, password);
  await untilNames(ada.page, used.ada.username, grace.username);
});

test("a signed-out reader is not counted, and sees how many watch, without the Firebase SDK", async () => {
  const videoId = `v-${randomUUID()}`;
  const ada = await used.openAda(videoId);
  await show(ada.page);
  await untilNames(ada.page, used.ada.username);
  const { context, page: first } = await used.openReader(videoId);
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  await until("the count to be written", async () => {
    // A page asks when it begins to show the count, and then every half minute.
    const page = await used.site.open(context, videoId);
    await show(page);
    const count = page.waitForFunction(() => window.video.presence.state.viewers === 1, undefined, { timeout: 5_000 });
    const isCounted = await count.then(
      () => true,
      () => false,
    );
    const { users } = await watching(page);
    await page.close();
    return isCounted && users === undefined;
  });
  expect(requests.filter((url) => /firebase\b|sdk/.test(new URL(url).pathname))).toEqual([]);
  await first.close();
});

test("who is typing is seen until the comment is there", async () => {
  const videoId = `v-${randomUUID()}`;
  const grace = await createUser(sendToPlatform);
  const ada = await used.openAda(videoId);
  const graces = await used.openReader(videoId);
  await signIn(graces.page, grace.email, password);
  for (const { page } of [ada, graces]) {
    await show(page);
    await untilNames(page, used.ada.username, grace.username);
  }
  await until("grace to type", async () => {
    // The sign ends by itself after seconds.
    await graces.page.evaluate(() => window.video.presence.typed());
    return (await watching(ada.page)).typing.join() === grace.id;
  });
  expect((await watching(graces.page)).typing).toEqual([]);
  await post(graces.page, "typed");
  await graces.page.evaluate(() => window.video.presence.stoppedTyping());
  await shows(ada.page, ["typed"]);
  await until("nobody to type", async () => (await watching(ada.page)).typing.length === 0);
});

test("closing the client makes the tab leave", async () => {
  const videoId = `v-${randomUUID()}`;
  const grace = await createUser(sendToPlatform);
  const ada = await used.openAda(videoId);
  const graces = await used.openReader(videoId);
  await signIn(graces.page, grace.email, password);
  await show(ada.page);
  await untilNames(ada.page, used.ada.username, grace.username);
  await graces.page.evaluate(() => window.client.close());
  await untilNames(ada.page, used.ada.username);
  expect((await watching(ada.page)).viewers).toBe(1);
});
