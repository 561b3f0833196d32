import { expect, test } from "@jest/globals";
import { startApp, useApp } from "../../support/app/use-app.ts";

const app = useApp();

test("a CDN may keep no list unless the deployment says so", async () => {
  const { headers } = await app.anonymous.list(app.newVideoId());
  expect(headers.get("cache-control")).toBe("no-store");
});

test("a CDN may keep a signed-out reader's list, without what is theirs, and nobody else's", async () => {
  await using cached = await startApp({ env: { LIST_CDN_SECONDS: "10" } });
  const ada = await cached.user();
  const video = cached.newVideoId();
  await ada.post(video, "a comment");
  const list = async (headers: Record<string, string> = {}, query = "") =>
    cached.send(`/v1/videos/${video}/comments${query}`, { method: "GET", headers });

  const shared = await list();
  expect([shared.status, shared.headers.get("cache-control")]).toEqual([200, "public, max-age=0, s-maxage=10"]);
  expect(shared.headers.get("vary")).toBe("authorization, min-video-seq");
  const ofReader = ["ratelimit", "ratelimit-policy"];
  expect(ofReader.map((name) => shared.headers.get(name))).toEqual([null, null]);
  const unchanged = await list({ "if-none-match": shared.headers.get("etag")! });
  expect([unchanged.status, unchanged.headers.get("cache-control")]).toEqual([304, "public, max-age=0, s-maxage=10"]);

  for (const own of [{ "min-video-seq": "1" }, { authorization: "Bearer x" }]) {
    const { headers } = await list(own);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("ratelimit")).not.toBeNull();
  }
  const refused = await list({}, "?cursor=x");
  expect([refused.status, refused.headers.get("cache-control")]).toEqual([400, "no-store"]);
});
