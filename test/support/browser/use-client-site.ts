import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { type Client, password } from "../app/client.ts";
import { createPlatformUser } from "../app/platform-users.ts";
import { environment } from "../environment.ts";
import { closeContexts, startBrowser } from "./browser.ts";
import { type ClientSite, signIn, startClientSite } from "./client-site.ts";

interface Opened {
  context: BrowserContext;
  page: Page;
}

/** A site with the client, a browser, and ada, who posts past the browser. For the tests of one file. */
export class SiteInBrowser {
  browser!: Browser;
  site!: ClientSite;
  ada!: Client;
  #db!: Db;

  async start(): Promise<void> {
    // A slow machine must not fail a test that is not about time.
    this.#db = openDatabase({ url: environment("MYSQL_URL"), connections: 1, timeoutMs: 20_000 });
    this.browser = await startBrowser();
    this.site = await startClientSite();
    this.ada = await createPlatformUser(this.#db);
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.site?.close();
    await this.#db?.destroy();
  }

  createModerator(): Promise<Client> {
    return createPlatformUser(this.#db, "moderator");
  }

  /** A page in a browser context of its own, signed out. */
  async openReader(videoId: string): Promise<Opened> {
    const context = await this.browser.newContext();
    return { context, page: await this.site.open(context, videoId) };
  }

  /** A page in which ada is signed in. */
  async openAda(videoId: string): Promise<Opened> {
    const opened = await this.openReader(videoId);
    await signIn(opened.page, this.ada.email, password);
    return opened;
  }
}

export function useClientSite(): SiteInBrowser {
  const used = new SiteInBrowser();
  beforeAll(() => used.start());
  afterEach(() => used.browser && closeContexts(used.browser));
  afterAll(() => used.close());
  return used;
}
