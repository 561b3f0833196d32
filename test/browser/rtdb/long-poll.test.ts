import { type Server, createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { startBrowser } from "../../support/browser/browser.ts";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { until } from "../../support/until.ts";
import type * as sdk from "firebase/database";
import type { Browser, Page } from "playwright-core";

/** What page.ts and the tests put into the window. */
interface PageGlobals {
  database: typeof sdk;
  db: sdk.Database;
  seen: unknown[];
}
declare const window: PageGlobals;

/** Where the SDK stores that its last WebSocket failed. */
const FAILURE_FLAG = "firebase:previous_websocket_failure";
let database: TestDatabase;
let observer: RawClient;
let site: Server;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  observer = await RawClient.open(database);
  const { outputFiles } = await build({
    entryPoints: ["test/browser/rtdb/page.ts"],
    bundle: true,
    write: false,
    format: "iife",
  });
  const html = `<!doctype html><body></body><script>${outputFiles[0]?.text}</script>`;
  site = createServer((_request, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => site.close(resolve));
  await database.close();
});

const read = async (path: string): Promise<unknown> => (await observer.request("g", { p: path, q: {} })).d;
const isPoll = (url: string): boolean => url.includes("/.lp?");
const isWebSocket = (url: string): boolean => url.includes("/.ws?");

/** Opens the page, and collects the URLs that it requests. */
async function openPage(search: string, { hasFailureFlag = false } = {}): Promise<{ page: Page; urls: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));
  page.on("websocket", (socket) => urls.push(socket.url()));
  if (hasFailureFlag) await page.addInitScript((flag) => localStorage.setItem(flag, "true"), FAILURE_FLAG);
  const address = site.address();
  const port = typeof address === "object" ? address?.port : 0;
  const host = `${database.host}:${database.port}`;
  await page.goto(`http://127.0.0.1:${port}/?host=${host}&ns=${database.namespace}${search}`);
  return { page, urls };
}

const lastSeen = (page: Page): Promise<unknown> => page.evaluate(() => window.seen.at(-1));

test("a browser with long polling alone can read, write and listen, and its onDisconnect writes are done when its page closes", async () => {
  const { page, urls } = await openPage("&polling");
  await page.evaluate(async () => {
    const { set, ref, onValue, onDisconnect } = window.database;
    window.seen = [];
    onValue(ref(window.db, "polled/in"), (snapshot) => window.seen.push(snapshot.val()));
    await onDisconnect(ref(window.db, "polled/ghost")).set("gone");
    await set(ref(window.db, "polled/out"), "x".repeat(10_000)); // takes several requests
  });
  expect(await read("/polled/out")).toHaveLength(10_000);
  await observer.request("p", { p: "/polled/in", d: "hello é😀" });
  await until("the push", async () => (await lastSeen(page)) === "hello é😀");
  expect(urls.some(isPoll)).toBe(true);
  expect(urls.some(isWebSocket)).toBe(false);
  expect(await read("/polled/ghost")).toBeNull();
  await page.close();
  await until("the onDisconnect write", async () => (await read("/polled/ghost")) === "gone");
});

test("a browser whose last WebSocket failed starts with long polling, moves to a WebSocket and clears its flag", async () => {
  const { page, urls } = await openPage("", { hasFailureFlag: true });
  await page.evaluate(() => {
    const { ref, onValue } = window.database;
    window.seen = [];
    onValue(ref(window.db, "moved/in"), (snapshot) => window.seen.push(snapshot.val()));
  });
  for (let i = 0; i < 20; i += 1) await observer.request("p", { p: "/moved/in", d: i });
  const readFlag = () => page.evaluate((flag) => localStorage.getItem(flag), FAILURE_FLAG);
  await until("the flag to be cleared", async () => (await readFlag()) === null);
  await page.evaluate(async () => window.database.set(window.database.ref(window.db, "moved/out"), 1));
  for (let i = 20; i < 40; i += 1) await observer.request("p", { p: "/moved/in", d: i });
  await until("the last push", async () => (await lastSeen(page)) === 39);
  const seen = await page.evaluate(() => window.seen.filter((value) => typeof value === "number"));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(await read("/moved/out")).toBe(1);
  expect(urls.some(isPoll)).toBe(true);
  expect(urls.some((url) => isWebSocket(url) && url.includes("&s="))).toBe(true);
  // The closed long polling still sends its disconnect request.
  const countPolls = () => urls.filter((url) => isPoll(url) && !url.includes("disconn=")).length;
  const polls = countPolls();
  await observer.request("p", { p: "/moved/in", d: "after the move" });
  await until("the push over the socket", async () => (await lastSeen(page)) === "after the move");
  expect(countPolls()).toBe(polls);
  await page.close();
});
