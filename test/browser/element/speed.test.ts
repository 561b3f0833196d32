import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { articlesOf } from "../../support/browser/browser.ts";
import { articleWith, newVideo, streamOf, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

const SHOWN = 500;
const ARRIVING = 100;
const PER_SECOND = 20;
const SLOW_DOWN = 4;

/** Begins to note the tasks that block the page for over 50 ms. */
const OBSERVE = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
  }).observe({ type: "longtask" });
`;

// How long tasks take depends on the machine, so the figures are printed and not compared.
test("with 500 comments shown and 20 arriving a second every one is shown; the long tasks are printed", async () => {
  const videoId = newVideo();
  const people = await Promise.all(Array.from({ length: 5 }, () => pages.createUser()));
  const post = async (n: number) => people[n % people.length]!.post(videoId, `number ${n}.`);
  for (let n = 0; n < SHOWN; n += 1) expect((await post(n)).status).toBe(201);
  const page = await pages.open(videoId);
  await until("500 comments", async () => {
    await streamOf(page).evaluate((log) => log.scrollTo({ top: 0 }));
    return (await articlesOf(page).count()) >= SHOWN;
  });
  await page.getByRole("button", { name: /^(Jump|\d)/ }).click();
  await articleWith(page, `number ${SHOWN - 1}.`).waitFor();

  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW_DOWN });
  await page.evaluate(OBSERVE);
  const posts: Promise<unknown>[] = [];
  for (let n = SHOWN; n < SHOWN + ARRIVING; n += 1) {
    posts.push(post(n));
    await sleep(1_000 / PER_SECOND);
  }
  await Promise.all(posts);
  await articleWith(page, `number ${SHOWN + ARRIVING - 1}.`).waitFor();
  const longTasks = await page.evaluate<number[]>("window.longTasks");
  console.log(
    `${SHOWN} comments shown, ${ARRIVING} arriving at ${PER_SECOND} a second, ${SLOW_DOWN}x slow-down: ` +
      `${longTasks.length} tasks over 50 ms${longTasks.length > 0 ? `, the longest ${Math.max(...longTasks)} ms` : ""}`,
  );
  const shown = await articlesOf(page).locator(".text").allTextContents();
  expect(shown.slice(-ARRIVING)).toHaveLength(ARRIVING);
  expect(new Set(shown.slice(-ARRIVING)).size).toBe(ARRIVING);
});
