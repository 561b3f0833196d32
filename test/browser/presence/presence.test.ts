import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { MIN_GONE_AFTER_SECONDS } from "../../../functions/src/contract/presence.ts";
import type { PresenceNode } from "../../../functions/src/contract/realtime-nodes.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { Client } from "../../support/app/client.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { useApp } from "../../support/app/use-app.ts";
import { startBrowser } from "../../support/browser/browser.ts";
import { environment } from "../../support/environment.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { countNow, createDelayQueue, present, writePresence } from "../../support/relay/audiences.ts";
import { readAsAdministrator } from "../../support/relay/user-relay.ts";
import { until } from "../../support/until.ts";

const { queue } = createDelayQueue();
const app = useApp({ rules: RULES, users: { ada: "user" }, parts: { audienceQueue: queue } });
const { ada } = app.users;
let site: Server;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  const entryPoints = ["test/browser/presence/page.ts"];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: "iife" });
  const html = `<!doctype html><body></body><script>${outputFiles[0]?.text}</script>`;
  site = createServer((_request, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  site.close();
});
afterEach(() => context.close());

/** Opens a tab of the user on a video, in the browser that the test has open. */
async function openTab(video: string, user: Client = ada, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const page = await context.newPage();
  await prepare?.(page);
  await page.exposeFunction("authorize", async () => {
    const { status } = await user.call("POST", "/realtime/token", { video_id: video });
    if (status !== 200) throw new Error(`not authorized: ${status}`);
  });
  const given = {
    project: environment("GCLOUD_PROJECT"),
    port: rtdbHost(app.context.config).split(":")[1] ?? "",
    video,
    user: user.id,
    session: user.session?.session.id ?? "",
    ends: String(Date.now() + 3_600_000),
  };
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/?${new URLSearchParams(given).toString()}`);
  return page;
}

const presenceOn = async (video: string) =>
  (await readAsAdministrator(app, paths.userPresence(video, ada.id))) as PresenceNode | null;
const connectionsOn = async (video: string) => Object.entries((await presenceOn(video))?.connections ?? {});
const untilConnections = (video: string, count: number) =>
  until(`${count} connections`, async () => (await connectionsOn(video)).length === count);
const untilState = (video: string, state: string) =>
  until(state, async () => (await connectionsOn(video))[0]?.[1].state === state);

test("two tabs are two entries of one viewer, who is gone when both are closed", async () => {
  context = await browser.newContext();
  const video = app.newVideoId();
  const first = await openTab(video);
  // Two that begin at one moment may choose one key.
  await untilConnections(video, 1);
  const second = await openTab(video);
  await untilConnections(video, 2);
  expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  await first.close();
  await untilConnections(video, 1);
  await until("online", async () => (await presenceOn(video))?.online === true);
  expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  await second.close();
  await until("offline", async () => (await presenceOn(video))?.online === false);
  expect(await countNow(app, video)).toMatchObject({ viewers: 0 });
});

test("a killed tab is gone", async () => {
  context = await browser.newContext();
  const video = app.newVideoId();
  const page = await openTab(video);
  await untilConnections(video, 1);
  const session = await context.newCDPSession(page);
  // The process of the page ends before it could answer.
  void session.send("Page.crash").catch(() => {});
  await untilConnections(video, 0);
  expect(await presenceOn(video)).toMatchObject({ online: false });
});

test("a tab that goes to another page is gone, and is there again when it comes back", async () => {
  context = await browser.newContext();
  const video = app.newVideoId();
  const page = await openTab(video);
  await untilConnections(video, 1);
  await page.goto("about:blank");
  await untilConnections(video, 0);
  await page.goBack();
  await untilConnections(video, 1);
  await until("online", async () => (await presenceOn(video))?.online === true);
});

test("a hidden tab is away, and so is one without input for five minutes", async () => {
  context = await browser.newContext();
  const video = app.newVideoId();
  const page = await openTab(video, ada, (tab) => tab.clock.install());
  await untilState(video, "active");
  // Chromium without a screen shows every tab.
  const show = (state: string) =>
    page.evaluate(`Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
      document.dispatchEvent(new Event("visibilitychange"));`);
  await show("hidden");
  await untilState(video, "away");
  await show("visible");
  await untilState(video, "active");
  await page.clock.fastForward("05:01");
  await untilState(video, "away");
  await page.mouse.move(10, 10);
  await untilState(video, "active");
  expect(await connectionsOn(video)).toHaveLength(1);
});

test("a frozen tab that was taken for gone is there again when it thaws", async () => {
  context = await browser.newContext();
  const video = app.newVideoId();
  const page = await openTab(video);
  await untilConnections(video, 1);
  expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  const session = await context.newCDPSession(page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  const [connection] = await connectionsOn(video);
  // The tab freezes some time after the call has returned; until then it answers each of these.
  await until("the frozen tab to be taken for gone", async () => {
    await writePresence(app, video, { [ada.id]: present(connection?.[0] ?? "", MIN_GONE_AFTER_SECONDS + 1) });
    return (await countNow(app, video))?.viewers === 0;
  });
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await untilConnections(video, 1);
  await until("online", async () => (await presenceOn(video))?.online === true);
  expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
});
