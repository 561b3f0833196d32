import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Locator, type Page, type Request, type Route } from "playwright-core";
import { local } from "../../../scripts/platform/paths.ts";
import { environment } from "../environment.ts";
import { password } from "../app/client.ts";

/**
 * How to start Chromium so that it makes no requests of its own to the network.
 * @throws Error that says what to install if there is no Chromium
 */
export function chromiumOptions(...more: string[]) {
  const problem = process.env["CHROMIUM_PROBLEM"];
  if (problem) throw new Error(problem);
  return {
    executablePath: process.env["CHROMIUM_PATH"] || "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  };
}

/** How long a step in a page may take: enough for a slow machine. It only ends what hangs. */
export const STEP_MS = 150_000;

/** Chromium with a fresh profile. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch(chromiumOptions());
  browser.on("context", (context) => context.setDefaultTimeout(STEP_MS));
  return browser;
}

export async function closeContexts(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

export interface Window {
  page: Page;
  /** Errors in the page: from its console, uncaught, and from its CSP. */
  errors: string[];
}

export async function openPage(page: Page, videoId: string): Promise<Window> {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${environment("PAGE_URL")}/?video=${videoId}`);
  await page.getByText("Live", { exact: true }).waitFor();
  return { page, errors };
}

/** Registers a new user in the page, which also signs them in. Gives the username. */
export async function registerThrough(page: Page): Promise<string> {
  const username = `u${randomUUID().slice(0, 8)}`;
  await page.getByRole("button", { name: "Sign in to comment" }).click();
  await page.getByRole("button", { name: "New here? Register" }).click();
  await page.getByLabel("E-mail").fill(`${username}@example.com`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Register", exact: true }).click();
  await page.getByRole("button", { name: `Your account: ${username}` }).waitFor();
  return username;
}

export async function enterCredentials(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in to comment" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("dialog").getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function signInThrough(page: Page, email: string): Promise<void> {
  await enterCredentials(page, email);
  await composerOf(page).waitFor();
}

/** Signs in, and waits for the only time that the element asks by itself whether the user is banned. */
export async function signInAndAsk(page: Page, email: string): Promise<void> {
  const isAsked = page.waitForResponse((response) => response.url().includes("/users/me/ban"));
  await signInThrough(page, email);
  await isAsked;
}

export async function signOutThrough(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Your account/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).first().click();
  await page.getByRole("button", { name: "Sign in to comment" }).waitFor();
}

export const composerOf = (page: Page): Locator => page.getByRole("textbox", { name: "Your comment" });

/** The comments of the page, with the reader's own messages that are not among them. */
export const articlesOf = (page: Page): Locator => page.getByRole("article");

export async function postThrough(page: Page, content: string): Promise<void> {
  await composerOf(page).fill(content);
  await page.getByRole("button", { name: "Post" }).click();
}

/** Chooses from the menu of a comment. */
export async function chooseFor(article: Locator, item: string | RegExp): Promise<void> {
  await article.hover();
  await article.getByRole("button", { name: /^Actions/ }).click();
  await article.page().getByRole("menuitem", { name: item }).click();
}

/** Until what came into sight is laid out. */
export const settled = (page: Page): Promise<unknown> =>
  page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");

export interface HeldResponse {
  /** Resolves when the API has given it. */
  given: Promise<void>;
  /** Lets the page have it. Resolves when the page has dealt with it. */
  release: () => Promise<void>;
}

/** Holds back the response to the next request of these. */
export async function holdNextResponse(page: Page, url: RegExp): Promise<HeldResponse> {
  const given = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let request: Request | undefined;
  const hold = async (route: Route) => {
    request = route.request();
    const response = await route.fetch();
    given.resolve();
    await release.promise;
    await route.fulfill({ response });
  };
  await page.route(url, hold, { times: 1 });
  return {
    given: given.promise,
    async release() {
      const arrived = page.waitForResponse((response) => response.request() === request);
      release.resolve();
      await (await arrived).finished();
      await settled(page);
    },
  };
}

/** Makes what a page would end after some seconds last for minutes: messages, and the sign that somebody types. */
export const keepToasts = (page: Page): Promise<unknown> =>
  page.evaluate(`
    const { setTimeout: set } = window;
    window.setTimeout = (work, ms, ...more) => set(work, ms > 3_000 && ms < 9_000 ? 600_000 : ms, ...more);
  `);

/** Saves a picture of the page in .local/screenshots, if SCREENSHOTS=1 asks for pictures: hundreds of them take half a minute. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env["SCREENSHOTS"] !== "1") return;
  const folder = join(local, "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
