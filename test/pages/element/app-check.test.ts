import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import type { App } from "../../support/app/app.ts";
import { Client } from "../../support/app/client.ts";
import { startApp } from "../../support/app/use-app.ts";
import { signUp } from "../../support/app/users.ts";
import { postThrough, signInThrough } from "../../support/browser/browser.ts";
import { type ElementSite, startElementSite } from "../../support/browser/element-site.ts";
import { articleWith, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { environment } from "../../support/environment.ts";
import { AppCheckKeys } from "../../support/network/app-check-keys.ts";
import { type HttpServer, startHttpServer } from "../../support/network/http-server.ts";
import { until } from "../../support/until.ts";

const HEADER = "x-firebase-appcheck";

const pages = usePages();
const keys = new AppCheckKeys(environment("GCLOUD_PROJECT"));
let site: ElementSite;
let app: App;
/** The API, which requires App Check, as a browser reaches it. */
let api: HttpServer;
let ada: Client;

beforeAll(async () => {
  await keys.start();
  site = await startElementSite();
  const env = { APP_CHECK: "require", ALLOWED_ORIGINS: site.origin };
  app = await startApp({ env, parts: { googleAgent: keys.agent } });
  api = await startHttpServer(({ method, path, headers, body }) =>
    app.send(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }),
  );
  ada = await signUp(new Client(app.send, undefined, { [HEADER]: keys.token() }));
});

afterAll(async () => {
  await api?.close();
  await app?.close();
  await site?.close();
  await keys.close();
});

/** Gives a page tokens of the site's Firebase app, each another one. */
const giveTokens = (page: Page) => page.exposeFunction("appCheckToken", () => keys.token());

async function open(videoId: string, hasTokens: boolean): Promise<Page> {
  const page = await (await pages.browser.newContext()).newPage();
  if (hasTokens) await giveTokens(page);
  api.received.length = 0;
  await page.goto(site.url("app-check", videoId, `${api.url}/v1`));
  return page;
}

/** The token of each request to the API, without preflights, which have none. The hosting's settings are asked for beside it. */
const sentTokens = () =>
  api.received
    .filter(({ method, path }) => method !== "OPTIONS" && path.startsWith("/v1/"))
    .map(({ headers }) => headers.get(HEADER));

test("a site gives the element App Check tokens: people read, sign in and post, and each request has one", async () => {
  const videoId = newVideo();
  expect((await ada.post(videoId, "for real pages")).status).toBe(201);
  const page = await open(videoId, true);
  await articleWith(page, "for real pages").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await signInThrough(page, ada.email);
  await postThrough(page, "from one");
  await until("the comment", async () => (await ada.list(videoId)).body.comments[0]?.content === "from one");
  const tokens = sentTokens();
  expect(tokens).not.toContain(null);
  expect(new Set(tokens).size).toBe(tokens.length);
  // It would go on to send tokens.
  await page.context().close();
});

test("without tokens the API refuses the element, and once the site gives some it shows the comments", async () => {
  const videoId = newVideo();
  expect((await ada.post(videoId, "not for programs")).status).toBe(201);
  const page = await open(videoId, false);
  await page.getByText("Comments can't be reached.").waitFor();
  expect(sentTokens().filter((token) => token !== null)).toEqual([]);
  expect(await articleWith(page, "not for programs").count()).toBe(0);
  await giveTokens(page);
  await page.evaluate("document.querySelector('live-comments').appCheck = window.appCheckToken");
  await articleWith(page, "not for programs").waitFor();
});
