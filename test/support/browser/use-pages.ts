import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import type { Client } from "../app/client.ts";
import { createPlatformUser } from "../app/platform-users.ts";
import { environment } from "../environment.ts";
import { articlesOf, closeContexts, composerOf, openPage, startBrowser, type Window } from "./browser.ts";
import { newContext } from "./stored-session.ts";

export const newVideo = () => `v-${randomUUID()}`;

/** A phone, as a browser sees it. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A browser that opens the page, and users of the API. For the tests of one file. */
export class Pages {
  browser!: Browser;
  /** The platform's database. */
  db!: Db;

  async start(): Promise<void> {
    // A slow machine must not fail a test that is not about time.
    this.db = openDatabase({ url: environment("MYSQL_URL"), connections: 1, timeoutMs: 20_000 });
    this.browser = await startBrowser();
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.db?.destroy();
  }

  createUser(): Promise<Client> {
    return createPlatformUser(this.db);
  }

  createModerator(): Promise<Client> {
    return createPlatformUser(this.db, "moderator");
  }

  createAdmin(): Promise<Client> {
    return createPlatformUser(this.db, "admin");
  }

  /** The page of a video in a browser context of its own; signed in, if a user is given. */
  async open(videoId: string, user?: Client, options: BrowserContextOptions = {}): Promise<Page> {
    return (await this.openWindow(videoId, user, options)).page;
  }

  /** The same, with the errors in the page. */
  async openWindow(videoId: string, user?: Client, options: BrowserContextOptions = {}): Promise<Window> {
    const context = await newContext(this.browser, user, options);
    const window = await openPage(await context.newPage(), videoId);
    if (user) await composerOf(window.page).waitFor();
    return window;
  }
}

/** @param closesPages whether each test's pages are closed after it, so that they do not slow down the next ones */
export function usePages({ closesPages = true } = {}): Pages {
  const pages = new Pages();
  beforeAll(() => pages.start());
  if (closesPages) afterEach(() => pages.browser && closeContexts(pages.browser));
  afterAll(() => pages.close());
  return pages;
}

/** The comment with this text. */
export const articleWith = (page: Page, text: string): Locator => articlesOf(page).filter({ hasText: text });

/** What the comments of a video say, newest first, to a reader of the API. */
export async function contentsOf(reader: Client, videoId: string): Promise<string[]> {
  return (await reader.list(videoId)).body.comments.map(({ content }) => content);
}

/** The scroll area of the comments. */
export const streamOf = (page: Page): Locator => page.getByRole("log");
