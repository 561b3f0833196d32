import { expect, test } from "@jest/globals";
import type { OutboxItem } from "../../../../web/src/outbox/item.ts";
import { acceptInto, comment, statesOf, useBrowsers } from "../../../support/client/outbox-browser.ts";
import { problem } from "../../../support/network/http-server.ts";
import { until } from "../../../support/until.ts";

const DAY_MS = 86_400_000;

const browserOf = useBrowsers();

/** A message that the API accepted some time ago. Its comment has the same id. */
const answered = (key: string, ageMs: number, more: Partial<OutboxItem> = {}): OutboxItem => ({
  key,
  videoId: "v",
  user: { id: "ada", username: "ada" },
  content: key,
  composedAt: 1,
  state: "held",
  comment: comment(key, key, { seq: 0, held: true }),
  answeredAt: Date.now() - ageMs,
  failures: 0,
  ...more,
});

test("held, deleted and failed messages, on whatever video, take no room from new ones", async () => {
  const { openPage, store } = await browserOf(acceptInto(new Map()));
  for (const state of ["held", "deleted", "failed"] as const) {
    for (let n = 0; n < 50; n += 1) await store.add(answered(`${state} ${n}`, 1_000, { state, videoId: "other" }));
  }
  const outbox = openPage();
  await until("the messages", () => outbox.itemsOf("other").length === 150);
  await outbox.add("v", "Hello", "");
  await until("it is sent", () => statesOf(outbox).join() === "Hello sent");
});

test("when a video is opened, the held messages go that a moderator has decided about, and only they", async () => {
  const { openPage, server, store } = await browserOf(({ path }) =>
    path.startsWith("/videos/v/held?")
      ? Response.json({ comments: [comment("2", "2", { held: true })], next_cursor: "4" })
      : undefined,
  );
  for (const key of ["1", "2", "4", "5"]) await store.add(answered(key, DAY_MS));
  await store.add(answered("3", 1_000));
  await store.add(answered("0", DAY_MS, { videoId: "other" }));
  const outbox = openPage();
  await until("the messages", () => outbox.itemsOf("v").length === 5);
  await outbox.removeShown("v", 9, () => false);
  // 3 was held a second ago, 5 may be on the next page of a moderator.
  expect((await store.all()).map(({ key }) => key)).toEqual(["0", "2", "3", "5"]);
  await outbox.removeShown("v", 10, () => false);
  expect(server.received).toHaveLength(1);
});

test("held messages stay while the API does not tell what became of them", async () => {
  const { openPage, store } = await browserOf(() => problem(500, "internal"));
  await store.add(answered("1", DAY_MS));
  const outbox = openPage();
  await until("the message", () => outbox.itemsOf("v").length === 1);
  await outbox.removeShown("v", 9, () => false);
  expect(statesOf(outbox)).toEqual(["1 held"]);
});

test("held messages, and those whose comment is deleted, are kept for seven days", async () => {
  const { openPage, store } = await browserOf(() => undefined);
  for (const state of ["held", "deleted", "failed"] as const) {
    await store.add(answered(`young ${state}`, 6.9 * DAY_MS, { state }));
    await store.add(answered(`old ${state}`, 7.1 * DAY_MS, { state }));
  }
  const outbox = openPage();
  const kept = ["old failed", "young deleted", "young failed", "young held"];
  await until("the old ones are gone", async () => (await store.all()).length === kept.length);
  expect(outbox.itemsOf("v").map(({ key }) => key)).toEqual(kept);
});
