import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { CDPSession, Page } from "playwright-core";
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

/** Waits until the element shows a text somewhere. Locators would look at every comment's role again and again, in the page's own time. */
async function untilShown(page: Page, selector: string, text: string): Promise<void> {
  await until(`${text} in ${selector}`, () =>
    page.evaluate<boolean>(`
      [...document.querySelector("live-comments").shadowRoot.querySelectorAll(${JSON.stringify(selector)})]
        .at(-1)?.textContent.includes(${JSON.stringify(text)}) ?? false`),
  );
}

/** What the page has done so far: layouts, and the milliseconds of its scripts, styles and layouts. Painting is not in it. */
async function workOf(devtools: CDPSession): Promise<{ layouts: number; ms: number }> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  const valueOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  const seconds = valueOf("ScriptDuration") + valueOf("RecalcStyleDuration") + valueOf("LayoutDuration");
  return { layouts: valueOf("LayoutCount"), ms: seconds * 1_000 };
}

/** Notes the page's work and its long tasks while comments arrive. */
async function measure(page: Page, devtools: CDPSession, arrive: () => Promise<void>): Promise<string> {
  await page.evaluate(OBSERVE);
  const before = await workOf(devtools);
  await arrive();
  const after = await workOf(devtools);
  const tasks = await page.evaluate<number[]>("window.longTasks");
  const perLayout = (after.ms - before.ms) / (after.layouts - before.layouts);
  return (
    `${PER_SECOND} arriving a second, ${SLOW_DOWN}x slow-down: scripts, styles and layout ${perLayout.toFixed(1)} ms a layout; ` +
    `${tasks.length} tasks over 50 ms with painting, the longest ${Math.max(0, ...tasks)} ms`
  );
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
    for (let n = 1; n < ARRIVING; n += 1) {
      posts.push(post());
      await sleep(1_000 / PER_SECOND);
    }
    await Promise.all(posts);
    // Posts under way may overtake each other; the last one is also the newest comment.
    await post();
  };
  for (let n = 0; n < SHOWN; n += people.length) await Promise.all(people.map(() => post()));

  const page = await pages.open(videoId);
  await until("500 comments", async () => {
    await streamOf(page).evaluate((log) => log.scrollTo({ top: 0 }));
    return (await articlesOf(page).count()) >= SHOWN;
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW_DOWN });
  await devtools.send("Performance.enable");
  const amongOld = await measure(page, devtools, async () => {
    await postAtRate();
    await untilShown(page, ".jump", `${ARRIVING} new comments`);
  });

  await page.getByRole("button", { name: `${ARRIVING} new comments` }).click();
  await articleWith(page, `number ${posted - 1}.`).waitFor();
  const atNewest = await measure(page, devtools, async () => {
    await postAtRate();
    await untilShown(page, "article", `number ${posted - 1}.`);
  });
  console.log(`A reader of old comments, all ${SHOWN} drawn: ${amongOld}\nA reader at the newest: ${atNewest}`);

  const texts = await articlesOf(page).locator(".text").allTextContents();
  const last = texts.slice(-2 * ARRIVING);
  expect(last.toSorted()).toEqual(Array.from({ length: last.length }, (_, n) => `number ${SHOWN + n}.`).toSorted());
});
