import { expect, test } from "@jest/globals";
import { type Arbitrary, array, assert, asyncProperty, constant, integer, scheduler } from "fast-check";
import { NetworkError } from "../../../web/src/http/errors.ts";
import { operation, Reader } from "../../support/client/reader.ts";

/** Fails unless `check` passes for every order of requests and events, and every input, that are tried. */
function forAll<T>(
  numRuns: number,
  input: Arbitrary<T>,
  check: (reader: Reader, input: T) => Promise<void>,
): Promise<void> {
  const property = asyncProperty(scheduler(), input, async (order, value) => {
    const reader = new Reader(order);
    await check(reader, value);
    reader.follower.close();
  });
  return assert(property, { numRuns });
}

test("between two comments shown none is missing, and what is shown is the server's state at a change that never goes back", async () => {
  const property = forAll(150, array(operation, { minLength: 20, maxLength: 120 }), async (reader, operations) => {
    reader.video.post(40);
    await reader.settle();
    for (const each of operations) await reader.run(each);
    await reader.settle();
  });
  await expect(property).resolves.toBeUndefined();
});

test("older comments load to the very first, however many there are, while new ones come", async () => {
  const property = forAll(3, constant(undefined), async (reader) => {
    reader.video.post(100);
    reader.video.relay();
    await reader.settle();
    while (reader.timeline.hasOlder) {
      reader.loadOlder();
      reader.video.post();
      await reader.step(3);
      await reader.settle();
    }
    expect(reader.timeline.comments).toEqual(reader.video.at(reader.video.seq));
  });
  await expect(property).resolves.toBeUndefined();
});

test("who is live misses no change, though one update brings more than the mirror keeps and settings took the last numbers", async () => {
  const property = forAll(10, constant(undefined), async (reader) => {
    const { video } = reader;
    video.post();
    video.relay();
    while (reader.follower.connection !== "live") await reader.step(1);
    video.post(170);
    video.takeNumbers(60);
    await reader.settle();
  });
  await expect(property).resolves.toBeUndefined();
});

test("changes that the mirror keeps no longer are missed by nobody, though settings took the numbers after them", async () => {
  const property = forAll(10, constant(undefined), async (reader) => {
    const { video, timeline } = reader;
    video.post();
    await reader.settle();
    video.isApiUp = false;
    video.isMirrorUp = false;
    video.cut();
    await reader.step(20);
    video.post(150);
    video.takeNumbers(60);
    video.isApiUp = true;
    video.isMirrorUp = true;
    video.relay();
    for (let steps = 0; steps < 500 && timeline.seq < video.seq; steps += 1) await reader.step(1);
    expect(timeline.comments).toEqual(video.at(video.seq).slice(-timeline.comments.length));
  });
  await expect(property).resolves.toBeUndefined();
});

test.each(["the mirror alone", "the API alone"])(
  "who comes back with a copy sees the names of now, from %s, though no change tells of them",
  async (where) => {
    const property = forAll(20, constant(undefined), async (reader) => {
      const { video } = reader;
      video.post(12);
      video.delete(11);
      await reader.settle();
      const { copy } = reader;
      video.rename("lovelace");
      video.relay();
      reader.reload(copy);
      expect(reader.timeline.comments[0]?.user.username).toBe("ada");
      video.isApiUp = where === "the API alone";
      video.isMirrorUp = !video.isApiUp;
      video.cut();
      const hasNew = () => reader.timeline.comments.some(({ user }) => user.username !== "ada");
      for (let steps = 0; steps < 300 && !hasNew(); steps += 1) await reader.step(1);
      expect(new Set(reader.timeline.comments.map(({ user }) => user.username))).toEqual(new Set(["lovelace"]));
    });
    await expect(property).resolves.toBeUndefined();
  },
);

test("who scrolls back after a restore, while the mirror is of the earlier history, gets the new one with few requests", async () => {
  const property = forAll(50, integer({ min: 1, max: 12 }), async (reader, steps) => {
    const { video, timeline } = reader;
    video.post(40);
    await reader.becomeLive();
    video.restore(30);
    video.post(20);
    const before = video.listCount;
    for (let times = 0; times < 5; times += 1) {
      reader.loadOlder();
      await reader.step(steps);
      reader.follower.reconnect();
      await reader.step(30);
      expect(timeline.epoch).toBe(2);
    }
    expect(video.listCount - before).toBeLessThan(20);
    await reader.settle();
  });
  await expect(property).resolves.toBeUndefined();
});

test("who scrolls back while the API and the mirror are of two histories that nobody can tell apart asks more and more slowly", async () => {
  const property = forAll(5, constant(undefined), async (reader) => {
    const { video } = reader;
    video.post(40);
    await reader.becomeLive();
    video.restore(30, false);
    for (let times = 0; times < 12; times += 1) {
      reader.loadOlder();
      await reader.step(60);
    }
    expect(Math.max(...reader.pauses)).toBeGreaterThan(12_000);
  });
  await expect(property).resolves.toBeUndefined();
});

test("a page of older comments that cannot be brought to the number of what is shown is an error, so nobody asks for it again at once", async () => {
  const property = forAll(3, constant(undefined), async (reader) => {
    const { video } = reader;
    video.post(40);
    await reader.becomeLive();
    // Neither the mirror nor the feed has it; the page does.
    video.post();
    video.isFeedUp = false;
    const failure = reader.follower.loadOlder().catch((error: unknown) => error);
    await reader.step(100);
    expect(await failure).toBeInstanceOf(NetworkError);
  });
  await expect(property).resolves.toBeUndefined();
});
