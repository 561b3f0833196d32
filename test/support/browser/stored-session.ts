import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import type { Client } from "../app/client.ts";
import { Tabs } from "../client/tabs.ts";
import { environment } from "../environment.ts";

/** A browser context of its own. In it the user, if one is given, has signed in to the page's site before. */
export async function newContext(
  browser: Browser,
  user?: Client,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  if (user) await context.addInitScript(await storeSession(user));
  return context;
}

/**
 * A script that stores a new session of the user, on a device of its own, as the client's code stores it. Only the first page of a browser
 * does so: later ones find what that page has left. It saves the seconds of signing in by hand.
 */
async function storeSession(user: Client): Promise<string> {
  const tabs = new Tabs();
  const sessions = tabs.open();
  const { status, body } = await user.signIn({ device: { id: sessions.deviceId } });
  if (status !== 201) throw new Error(`${user.username} cannot sign in: ${JSON.stringify(body)}`);
  sessions.start(body);
  return `
    if (location.origin === ${JSON.stringify(new URL(environment("PAGE_URL")).origin)} && localStorage.length === 0) {
      for (const [key, value] of ${JSON.stringify([...tabs.values])}) localStorage.setItem(key, value);
    }`;
}
