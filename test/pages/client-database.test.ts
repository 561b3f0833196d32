import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { password } from "../support/app/client.ts";
import { isConnected, pendingOf, post, shows, signIn } from "../support/browser/client-site.ts";
import { useClientSite } from "../support/browser/use-client-site.ts";
import { until } from "../support/until.ts";

const used = useClientSite();

const newVideo = () => `v-${randomUUID()}`;

test("a message is sent, and the next one survives a reload, after the browser ended the connection to its database", async () => {
  const videoId = newVideo();
  const context = await used.browser.newContext();
  await context.addInitScript(keepConnections);
  const page = await used.site.open(context, videoId);
  await signIn(page, used.ada.email, password);
  await isConnected(page, "live");
  used.site.cutApi(true);
  try {
    await post(page, "1");
    await until("one try", async () => (await pendingOf(page)).join() === "1 waiting");
    await page.evaluate("connections.forEach((connection) => connection.close())");
    await post(page, "2");
    expect((await pendingOf(page)).map((item) => item.split(" ")[0])).toEqual(["1", "2"]);
    await page.close();
  } finally {
    used.site.cutApi(false);
  }
  await shows(await used.site.open(context, videoId), ["1", "2"]);
});

/** Keeps the page's connections to IndexedDB at hand: one that is closed is to its user as one that the browser has ended. */
const keepConnections = `
  window.connections = [];
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...parameters) {
    const opening = open.apply(this, parameters);
    opening.addEventListener("success", () => connections.push(opening.result));
    return opening;
  };`;

test("a message survives a reload although the code of the database could not be loaded at first", async () => {
  const videoId = newVideo();
  const context = await used.browser.newContext();
  let refusals = 0;
  await context.route("**/database-*", async (route) => {
    refusals += 1;
    await route.abort();
  });
  const page = await used.site.open(context, videoId);
  await signIn(page, used.ada.email, password);
  await isConnected(page, "live");
  await until("the code is refused", () => refusals > 0);
  await context.unroute("**/database-*");
  used.site.cutApi(true);
  try {
    await post(page, "kept");
    expect(await pendingOf(page)).toHaveLength(1);
    await page.close();
  } finally {
    used.site.cutApi(false);
  }
  await shows(await used.site.open(context, videoId), ["kept"]);
});
