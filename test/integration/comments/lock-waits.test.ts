import { expect, test } from "@jest/globals";
import { useApp } from "../../support/app/use-app.ts";
import { pause } from "../../support/delays.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { ada: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" } });
const { ada } = app.users;

interface Outcome {
  isSignedIn: boolean;
  /** Posts that had ended before that was known. */
  ended: number;
  statuses: number[];
}

/** Asks who is signed in while 10 posts wait for locked videos. */
async function askWhilePostsWait(): Promise<Outcome> {
  const videos = Array.from({ length: 10 }, () => app.newVideoId());
  for (const video of videos) await ada.post(video, "the first");
  await using _lock = await app.lockVideos(...videos);
  let ended = 0;
  const posts = videos.map(async (video) => {
    const { status } = await ada.post(video, "waits");
    ended += 1;
    return status;
  });
  // Their group fails on the locks, and then each waits by itself, on all the connections that posts have.
  await until("each post to wait by itself", async () => ended > 0 || (await app.countLockWaits()) >= 4);
  const outcome = { isSignedIn: await ada.isSignedIn(), ended };
  return { ...outcome, statuses: await Promise.all(posts) };
}

test("posts that wait for locked videos delay nobody else, even if they outnumber the connections", async () => {
  // The posts wait for 2 s. A slow machine may ask after that once, but not five times.
  let outcome = await askWhilePostsWait();
  for (let attempt = 1; outcome.ended > 0 && attempt < 5; attempt += 1) outcome = await askWhilePostsWait();
  expect(outcome).toEqual({ isSignedIn: true, ended: 0, statuses: Array<number>(10).fill(503) });
});

test("a locked table, as in a migration, stops the requests that need it and no others", async () => {
  await using lock = await app.lockTable("bans");
  const posts = Array.from({ length: 6 }, async (_, n) => {
    await pause(n * 80);
    return (await ada.post(app.newVideoId(), "waits")).status;
  });
  await pause(600);
  expect(await ada.isSignedIn()).toBe(true);
  expect(new Set(await Promise.all(posts))).toEqual(new Set([503]));
  expect(await ada.isSignedIn()).toBe(true);
  await lock.release();
  expect((await ada.post(app.newVideoId(), "goes through")).status).toBe(201);
});
