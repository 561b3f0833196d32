import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import { build } from "esbuild";
import { startBrowser } from "../../support/browser/browser.ts";
import { RawClient } from "../../support/rtdb-raw.ts";
import { createTestDatabase } from "../../support/rtdb.ts";
import { until } from "../../support/until.ts";
import type { Server } from "node:http";
import type * as sdk from "firebase/database";
import type { Browser, Page } from "playwright-core";
import type { TestDatabase } from "../../support/rtdb.ts";

/** What page.ts puts into the window. */
interface InPage {
  database: typeof sdk;
  db: sdk.Database;
  seen: unknown[];
}
declare const window: InPage;

const FLAG = "firebase:previous_websocket_failure";
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

const read = async (place: string): Promise<unknown> => (await observer.ask("g", { p: place, q: {} })).d;

async function open(search: string, flagged = false): Promise<{ page: Page; requests: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  if (flagged) await page.addInitScript((flag) => localStorage.setItem(flag, "true"), FLAG);
  const address = site.address();
  const port = typeof address === "object" ? address?.port : 0;
  await page.goto(`http://127.0.0.1:${port}/?host=${database.host}:${database.port}&ns=${database.ns}${search}`);
  return { page, requests };
}

test("a browser that may only poll reads, writes, listens, and is cleaned up after when its page closes", async () => {
  const { page, requests } = await open("&polling");
  await page.evaluate(async () => {
    const { set, ref, onValue, onDisconnect } = window.database;
    window.seen = [];
    onValue(ref(window.db, "polled/in"), (snapshot) => window.seen.push(snapshot.val()));
    await onDisconnect(ref(window.db, "polled/ghost")).set("gone");
    await set(ref(window.db, "polled/out"), "x".repeat(10_000)); // several requests' worth
  });
  expect(await read("/polled/out")).toHaveLength(10_000);
  await observer.ask("p", { p: "/polled/in", d: "hello é😀" });
  await until("the push", async () => (await page.evaluate(() => window.seen.at(-1))) === "hello é😀");
  expect(requests.some((url) => url.includes("/.lp?"))).toBe(true);
  expect(requests.some((url) => url.includes("/.ws?"))).toBe(false);
  expect(await read("/polled/ghost")).toBeNull();
  await page.close();
  await until("the clean-up", async () => (await read("/polled/ghost")) === "gone");
});

test("a browser that believes WebSockets to be blocked begins with polls, moves to a WebSocket and forgets its belief", async () => {
  const { page, requests } = await open("", true);
  await page.evaluate(() => {
    const { ref, onValue } = window.database;
    window.seen = [];
    onValue(ref(window.db, "moved/in"), (snapshot) => window.seen.push(snapshot.val()));
  });
  for (let i = 0; i < 20; i += 1) await observer.ask("p", { p: "/moved/in", d: i });
  await until(
    "the belief to be forgotten",
    async () => (await page.evaluate((flag) => localStorage.getItem(flag), FLAG)) === null,
  );
  await page.evaluate(async () => window.database.set(window.database.ref(window.db, "moved/out"), 1));
  for (let i = 20; i < 40; i += 1) await observer.ask("p", { p: "/moved/in", d: i });
  await until("the last push", async () => (await page.evaluate(() => window.seen.at(-1))) === 39);
  const seen = await page.evaluate(() => window.seen.filter((value) => typeof value === "number"));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(await read("/moved/out")).toBe(1);
  expect(requests.some((url) => url.includes("/.lp?"))).toBe(true);
  expect(requests.some((url) => url.includes("/.ws?") && url.includes("&s="))).toBe(true);
  // Not what a poll that was closed says at last.
  const countPolls = () => requests.filter((url) => url.includes("/.lp?") && !url.includes("disconn=")).length;
  const polls = countPolls();
  await observer.ask("p", { p: "/moved/in", d: "after the move" });
  await until(
    "the push over the socket",
    async () => (await page.evaluate(() => window.seen.at(-1))) === "after the move",
  );
  expect(countPolls()).toBe(polls);
  await page.close();
});
