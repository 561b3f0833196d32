import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { chromium } from "playwright-core";
import { local } from "../../scripts/platform/paths.ts";
import { buildFunctions } from "../faults/system/build.ts";
import { createFleet } from "../faults/system/fleet.ts";
import { password } from "../support/app/client.ts";
import { chromiumOptions, STEP_MS } from "../support/browser/browser.ts";
import { isConnected, type PageWindow, pendingOf, post, shows, signIn } from "../support/browser/client-site.ts";
import { useClientSite } from "../support/browser/use-client-site.ts";
import { until } from "../support/until.ts";

declare const window: PageWindow;

const used = useClientSite();

const newVideo = () => `v-${randomUUID()}`;

test("with cookies and storage blocked, a user signs in, reads and posts", async () => {
  const folder = mkdtempSync(join(local, "blocked-"));
  mkdirSync(join(folder, "Default"));
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(folder, "Default/Preferences"), JSON.stringify(settings));
  const context = await chromium.launchPersistentContext(folder, chromiumOptions());
  context.setDefaultTimeout(STEP_MS);
  try {
    const page = await used.site.open(context, newVideo());
    // Control: it is really blocked.
    const problem = await page.evaluate<string>(
      `(() => { try { return String(localStorage) } catch (error) { return error.name } })()`,
    );
    expect(problem).toBe("SecurityError");
    await signIn(page, used.ada.email, password);
    await isConnected(page, "live");
    await post(page, "from memory");
    await shows(page, ["from memory"]);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("on plain http under a name that is not local, a user posts: without Web Locks and randomUUID", async () => {
  const host = "comments.example";
  const browser = await chromium.launch(chromiumOptions(`--host-resolver-rules=MAP ${host} 127.0.0.1`));
  try {
    const context = await browser.newContext();
    context.setDefaultTimeout(STEP_MS);
    const page = await used.site.open(context, newVideo(), { host });
    // Control: the page is not a secure context.
    expect(await page.evaluate<boolean>("isSecureContext || 'randomUUID' in crypto || 'locks' in navigator")).toBe(
      false,
    );
    await signIn(page, used.ada.email, password);
    await isConnected(page, "live");
    for (const content of ["1", "2"]) await post(page, content);
    await shows(page, ["1", "2"]);
    await until("nothing pending", async () => (await pendingOf(page)).length === 0);
  } finally {
    await browser.close();
  }
});

test("a site of another origin uses the API if it is listed, and cannot if it is not", async () => {
  const folder = mkdtempSync(join(local, "origins-"));
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const source = await buildFunctions(join(folder, "build"), []);
  const fleet = createFleet({ source, folder, onLog: () => {}, env });
  try {
    const api = await fleet.start("api", { ALLOWED_ORIGINS: `http://127.0.0.1:${used.site.port}` });
    const videoId = newVideo();
    const page = await used.site.open(await used.browser.newContext(), videoId, { api: `${api.url}/v1` });
    await signIn(page, used.ada.email, password);
    await isConnected(page, "live");
    await post(page, "from another origin");
    await shows(page, ["from another origin"]);
    await page.evaluate(() => window.video.loadOlder());

    const other = await fleet.start("api", { ALLOWED_ORIGINS: "https://www.example.com" });
    const stranger = await used.site.open(await used.browser.newContext(), videoId, { api: `${other.url}/v1` });
    await expect(signIn(stranger, used.ada.email, password)).rejects.toThrow("cannot be reached");
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
