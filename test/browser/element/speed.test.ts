import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { articlesOf } from "../../support/browser/browser.ts";
import { articleWith, newVideo, streamOf, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

const SHOWN = 500;
const ARRIVING = 60;
const PER_SECOND = 20;
const SLOW_DOWN = 4;

/** Begins to note the tasks that block the page for over 50 ms. */
const OBSERVE = `
  window.longTasks = [];
  window.observer?.disconnect();
  window.observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
  });
  window.observer.observe({ type: "longtask" });
`;

async function describeLongTasks(page: Page, what: string): Promise<string> {
  const tasks = await page.evaluate<number[]>("window.longTasks");
  const longest = tasks.length > 0 ? `, the longest ${Math.max(...tasks)} ms` : "";
  return `${what}, ${PER_SECOND} arriving a second, ${SLOW_DOWN}x slow-down: ${tasks.length} tasks over 50 ms${longest}`;
}

// How long tasks take depends on the machine, so the figures are printed and not compared.
test("with 500 comments and 20 arriving a second every one is shown; the long tasks are printed", async () => {
  const videoId = newVideo();
  const people = await Promise.all(Array.from({ length: 5 }, () => pages.createUser()));
  let posted = 0;
  const post = async () => {
    const n = posted;
    posted += 1;
    expect((await people[n % people.length]!.post(videoId, `number ${n}.`)).status).toBe(201);
  };
  const postAtRate = async () => {
    const posts: Promise<void>[] = [];
    for (let n = 0; n < ARRIVING; n += 1) {
      posts.push(post());
      await sleep(1_000 / PER_SECOND);
    }
    await Promise.all(posts);
  };
  while (posted < SHOWN) await post();

  const page = await pages.open(videoId);
  await until("500 comments", async () => {
    await streamOf(page).evaluate((log) => log.scrollTo({ top: 0 }));
    return (await articlesOf(page).count()) >= SHOWN;
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW_DOWN });
  await page.evaluate(OBSERVE);
  await postAtRate();
  await page.getByRole("button", { name: `${ARRIVING} new comments` }).waitFor();
  const lines = [await describeLongTasks(page, `A reader of old comments, all ${SHOWN} drawn`)];

  await page.getByRole("button", { name: `${ARRIVING} new comments` }).click();
  await articleWith(page, `number ${posted - 1}.`).waitFor();
  await page.evaluate(OBSERVE);
  await postAtRate();
  await articleWith(page, `number ${posted - 1}.`).waitFor();
  lines.push(await describeLongTasks(page, "A reader at the newest"));
  console.log(lines.join("\n"));

  const texts = await articlesOf(page).locator(".text").allTextContents();
  const last = texts.slice(-2 * ARRIVING);
  expect(last.toSorted()).toEqual(Array.from({ length: last.length }, (_, n) => `number ${SHOWN + n}.`).toSorted());
});
