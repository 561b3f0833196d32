import { expect, test } from "@jest/globals";
import { createPageCache } from "../../functions/src/caching/page-cache.ts";

const key = (tag: string) => ({ videoId: "v", limit: 20, tag, server: "primary" });
const page = (tag: string, json = "{}") => ({ seq: 1, tag, json });

/** A cache, and what was loaded through it. */
function openCache(maxBytes = 10_000) {
  const loaded: string[] = [];
  const lookUps: string[] = [];
  const cache = createPageCache({ maxBytes, onLookUp: (outcome) => lookUps.push(outcome) });
  const read = (tag: string, json?: string) =>
    cache.read(key(tag), async () => {
      loaded.push(tag);
      return page(tag, json);
    });
  return { cache, read, loaded, lookUps };
}

test("a page is loaded once while its video does not change", async () => {
  const { read, loaded, lookUps } = openCache();
  expect(await read("1-1-0")).toEqual(page("1-1-0"));
  expect(await read("1-1-0")).toEqual(page("1-1-0"));
  expect(loaded).toEqual(["1-1-0"]);
  expect(lookUps).toEqual(["miss", "hit"]);
});

test("a page is never served under another tag, older or newer", async () => {
  const { read, loaded } = openCache();
  for (const tag of ["1-1-0", "1-2-0", "2-1-0", "1-1-0"]) expect(await read(tag)).toEqual(page(tag));
  expect(loaded).toHaveLength(4);
});

test("pages of other sizes and of other videos are pages of their own", async () => {
  const { cache, read } = openCache();
  await read("1-1-0");
  const other = async () => page("1-1-0", "other");
  expect(await cache.read({ videoId: "v", limit: 50, tag: "1-1-0", server: "primary" }, other)).toMatchObject({
    json: "other",
  });
  expect(await cache.read({ videoId: "w", limit: 20, tag: "1-1-0", server: "primary" }, other)).toMatchObject({
    json: "other",
  });
});

test("callers that lack the same page share one load, and a caller with a newer tag does not share it", async () => {
  const cache = createPageCache({ maxBytes: 10_000 });
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  let loads = 0;
  const load = (tag: string) => async () => {
    loads += 1;
    await isReleased;
    return page(tag);
  };
  const first = Array.from({ length: 50 }, () => cache.read(key("1-1-0"), load("1-1-0")));
  const newer = cache.read(key("1-2-0"), load("1-2-0"));
  release();
  expect(new Set((await Promise.all(first)).map(({ tag }) => tag))).toEqual(new Set(["1-1-0"]));
  expect((await newer).tag).toBe("1-2-0");
  expect(loads).toBe(2);
});

test("a load on a replica that fails is not shared with readers of the primary, and a page that it loaded is", async () => {
  const cache = createPageCache({ maxBytes: 10_000 });
  const onReplica = { ...key("1-1-0"), server: "replica" };
  const failing = cache.read(onReplica, () => Promise.reject(new Error("the replica is away")));
  const reading = cache.read(key("1-1-0"), async () => page("1-1-0"));
  await expect(failing).rejects.toThrow("the replica is away");
  expect((await reading).tag).toBe("1-1-0");
  const unused = () => Promise.reject(new Error("loaded twice"));
  expect((await cache.read(onReplica, unused)).tag).toBe("1-1-0");
});

test("a load that fails is told to its callers, and the next caller loads again", async () => {
  const { cache, read, lookUps } = openCache();
  const fail = async () => {
    throw new Error("away");
  };
  await expect(cache.read(key("1-1-0"), fail)).rejects.toThrow("away");
  expect(await read("1-1-0")).toEqual(page("1-1-0"));
  expect(lookUps).toEqual(["miss", "miss"]);
});

test("the pages together stay within the bytes that they may take; the one read last stays longest", async () => {
  const { cache } = openCache();
  const loads: string[] = [];
  const read = (videoId: string) =>
    cache.read({ videoId, limit: 20, tag: "1-1-0", server: "primary" }, async () => {
      loads.push(videoId);
      return page("1-1-0", "x".repeat(1_500));
    });
  // Each takes 3,500 bytes, so two fit.
  for (const video of ["a", "b", "a", "c", "a"]) await read(video);
  expect(loads).toEqual(["a", "b", "c"]);
  await read("b");
  expect(loads).toEqual(["a", "b", "c", "b"]);
});

test("a page larger than the whole cache is served and not kept", async () => {
  const { read, loaded } = openCache(1_000);
  for (let n = 0; n < 2; n += 1) expect(await read("1-1-0", "x".repeat(5_000))).toMatchObject({ tag: "1-1-0" });
  expect(loaded).toHaveLength(2);
});

test("a video without changes is not kept: anybody can invent one", async () => {
  const cache = createPageCache({ maxBytes: 10_000 });
  let loads = 0;
  const load = async () => {
    loads += 1;
    return { seq: 0, tag: "1-0-0", json: "{}" };
  };
  for (let n = 0; n < 2; n += 1) await cache.read(key("1-0-0"), load);
  expect(loads).toBe(2);
});
