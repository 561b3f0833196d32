import type { Browser, BrowserContextOptions } from "playwright-core";
import { type Client, password } from "../app/client.ts";
import { environment } from "../environment.ts";
import type { Window } from "./browser.ts";
import { newContext } from "./stored-session.ts";

interface ConsoleOptions extends BrowserContextOptions {
  path?: string;
  /** Who has signed in there before. */
  user?: Client;
}

/** Opens the console in a window of its own. */
export async function openConsole(
  browser: Browser,
  { path = "", user, ...options }: ConsoleOptions = {},
): Promise<Window> {
  const context = await newContext(browser, user, options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${environment("PAGE_URL")}/console${path}`);
  if (user) await page.getByRole("button", { name: "Sign out" }).waitFor();
  return { page, errors };
}

export async function signInTo({ page }: Window, { email }: Client): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
