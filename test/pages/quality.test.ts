import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page, Response } from "playwright-core";
import { environment } from "../support/environment.ts";
import { axeProblems } from "../support/browser/axe.ts";
import { type ElementSite, startElementSite } from "../support/browser/element-site.ts";
import { articleWith, newVideo, usePages } from "../support/browser/use-pages.ts";

// What Lighthouse asks of a page, without its measure of the machine.

const pages = usePages({ closesPages: false });
let site: ElementSite;

beforeAll(async () => {
  site = await startElementSite();
});

afterAll(() => site?.close());

interface Loaded {
  page: Page;
  responses: Response[];
  /** Errors of the console, uncaught ones, and what the policy refused. */
  errors: string[];
}

const OBSERVE_SHIFTS = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({ type: "layout-shift", buffered: true });
`;

async function load(url: string, isThere: (page: Page) => Promise<void>): Promise<Loaded> {
  const page = await pages.browser.newPage();
  const responses: Response[] = [];
  const errors: string[] = [];
  page.on("response", (response) => responses.push(response));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.addInitScript(OBSERVE_SHIFTS);
  await page.goto(url);
  await isThere(page);
  return { page, responses, errors };
}

const withComments = async (page: Page) => {
  await articleWith(page, "on a page that is looked at").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
};

const isSigningIn = (page: Page) => page.getByLabel("Password").waitFor();

/** The pages by their names, with what shows that they are there. */
async function addressOf(name: "demo" | "embedded" | "console"): Promise<[string, (page: Page) => Promise<void>]> {
  if (name === "console") return [`${environment("PAGE_URL")}/console`, isSigningIn];
  const videoId = newVideo();
  const ada = await pages.createUser();
  expect((await ada.post(videoId, "on a page that is looked at")).status).toBe(201);
  return [name === "demo" ? `${environment("PAGE_URL")}/?video=${videoId}` : site.url("bare", videoId), withComments];
}

describe.each(["demo", "embedded", "console"] as const)("the %s page", (name) => {
  let loaded: Loaded;

  beforeAll(async () => {
    loaded = await load(...(await addressOf(name)));
  });

  test("has no error in its console, and nothing that axe finds wrong", async () => {
    expect(loaded.errors).toEqual([]);
    expect(await axeProblems(loaded.page)).toEqual([]);
  });

  test("waits for no script before it is shown, and loads nothing from strangers", async () => {
    const blocking = await loaded.page.evaluate<string[]>(
      "[...document.scripts].filter(({ type, defer, async }) => type !== 'module' && !defer && !async).map(({ outerHTML }) => outerHTML)",
    );
    expect(blocking).toEqual([]);
    const known = [environment("PAGE_URL"), environment("API_URL"), site.url("bare", "v")].map(
      (url) => new URL(url).host,
    );
    const hosts = loaded.responses
      .filter((response) =>
        ["script", "stylesheet", "font", "image", "media"].includes(response.request().resourceType()),
      )
      .map((response) => new URL(response.url()).host);
    expect(hosts.length).toBeGreaterThan(0);
    expect(hosts.filter((host) => host !== "" && !known.includes(host))).toEqual([]);
  });

  test("keeps what has a hash in its name for a year, and asks for the rest each time", () => {
    const { host } = new URL(environment("PAGE_URL"));
    const cached = loaded.responses
      .map((response) => ({ url: new URL(response.url()), caching: response.headers()["cache-control"] }))
      .filter(({ url }) => url.host === host && /\.(js|css)$/.test(url.pathname));
    expect(cached.length).toBeGreaterThan(0);
    for (const { url, caching } of cached) {
      expect([url.pathname, caching]).toEqual([
        url.pathname,
        url.pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      ]);
    }
  });

  test("moves little while it loads; how much is printed", async () => {
    const shifted = await loaded.page.evaluate<number>("window.shifted");
    console.log(`the ${name} page: cumulative layout shift ${shifted.toFixed(3)}`);
    // A page that jumps has more than 0.1.
    expect(shifted).toBeLessThan(0.1);
  });
});

test.each(["/", "/console"])("%s says what it is, in which language, and fits a phone", async (path) => {
  const { page } = await load(`${environment("PAGE_URL")}${path}`, (opened) => opened.waitForLoadState());
  const { title, lang, viewport } = await page.evaluate<Record<string, string>>(`({
    title: document.title,
    lang: document.documentElement.lang,
    viewport: document.querySelector("meta[name=viewport]")?.content,
  })`);
  expect(title).not.toBe("");
  expect(lang).toBe("en");
  expect(viewport).toContain("width=device-width, initial-scale=1");
  expect(viewport).not.toMatch(/user-scalable|maximum-scale/);
  const unsized = await page.evaluate<string[]>(
    "[...document.images].filter((image) => !image.hasAttribute('width')).map(({ src }) => src)",
  );
  expect(unsized).toEqual([]);
});
