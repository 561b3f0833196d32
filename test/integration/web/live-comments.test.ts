import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Api } from "../../../web/src/api/api.ts";
import { sdkSource } from "../../../web/src/live/sdk.ts";
import type { LiveSource } from "../../../web/src/live/source.ts";
import { type LazyOutbox, lazyOutbox } from "../../../web/src/outbox/load.ts";
import { Outbox } from "../../../web/src/outbox/outbox.ts";
import { Drafts } from "../../../web/src/session/drafts.ts";
import type { SessionStore } from "../../../web/src/session/session-store.ts";
import { Copies } from "../../../web/src/storage/copies.ts";
import { Database } from "../../../web/src/storage/database.ts";
import { OutboxStore } from "../../../web/src/storage/outbox-store.ts";
import { CopyKeeper } from "../../../web/src/video/copy-keeper.ts";
import { createVideoApi } from "../../../web/src/video/video-api.ts";
import { Follower } from "../../../web/src/video/follow.ts";
import { LiveSettings } from "../../../web/src/video/settings.ts";
import { VideoPresence } from "../../../web/src/video/presence.ts";
import { Timeline } from "../../../web/src/video/timeline.ts";
import { type VideoState, Video } from "../../../web/src/video/video.ts";
import { password } from "../../support/app/client.ts";
import { Tabs } from "../../support/client/tabs.ts";
import { environment } from "../../support/environment.ts";
import { openConnection } from "../../support/mysql/connection.ts";
import { type RealtimeClient, createRealtimeClient } from "../../support/realtime/realtime-client.ts";
import { until } from "../../support/until.ts";

let client: RealtimeClient;
let source: LiveSource;
const closings: (() => unknown)[] = [];

beforeAll(async () => {
  client = await createRealtimeClient();
  const base = `http://${environment("FIREBASE_DATABASE_EMULATOR_HOST")}/?ns=${environment("GCLOUD_PROJECT")}-default-rtdb`;
  source = sdkSource(base, client.database);
});

afterAll(async () => {
  for (const close of closings) await close();
  await client.close();
});

interface Viewer {
  api: Api;
  sessions: SessionStore;
}

function createViewer(): Viewer {
  const sessions = new Tabs().open();
  const api = new Api({ base: environment("API_URL"), name: "test", sessions, locks: navigator.locks });
  return { sessions, api };
}

async function createAuthor(): Promise<Viewer> {
  const viewer = createViewer();
  const username = `u${randomUUID().slice(0, 8)}`;
  const credentials = { email: `${username}@example.com`, password };
  await viewer.api.call("register", { ...credentials, username });
  viewer.sessions.start(await viewer.api.call("signIn", { ...credentials, device: { id: "test" } }));
  return viewer;
}

// Node has no IndexedDB: as in a browser that blocks it.
const database = new Database("blocked");
const createStore = () => new OutboxStore(() => Promise.resolve(database));

/** Opens a video by the SDK and with a storage in memory, and collects every state that it goes through. */
function watch(
  { api, sessions }: Viewer,
  id: string,
  store = createStore(),
): { video: Video; outbox: LazyOutbox; states: VideoState[] } {
  const timeline = new Timeline();
  const name = randomUUID();
  const outbox = lazyOutbox(() => Promise.resolve(new Outbox({ api, sessions, store, locks: navigator.locks, name })));
  const videoApi = createVideoApi(api, id);
  const authorize = () => Promise.reject(new Error("nobody is present here"));
  const firebase = () => Promise.resolve({ database: client.database, authorize });
  const sources = { current: () => Promise.resolve(source), failed: () => {}, firebase };
  const page = Object.assign(new EventTarget(), {
    document: Object.assign(new EventTarget(), { visibilityState: "visible" }),
  });
  const video = new Video({
    id,
    api,
    drafts: new Drafts(sessions),
    timeline,
    settings: (onChange) => new LiveSettings(id, videoApi, onChange),
    follower: (settings, onChange) =>
      new Follower({ videoId: id, timeline, api: videoApi, sources, settings, onChange }),
    outbox,
    copies: new CopyKeeper(id, timeline, () => Promise.resolve(new Copies(database))),
    presence: new VideoPresence({ videoId: id, api, sessions, sources, page }),
    onClose: () => {},
  });
  closings.push(
    () => video.close(),
    () => outbox.close(),
  );
  const states: VideoState[] = [];
  video.subscribe((state) => states.push(state));
  return { video, outbox, states };
}

const contents = ({ state }: Video) => state.comments.map(({ content }) => content);

const post = ({ api }: Viewer, videoId: string, content: string) =>
  api.call("postComment", { video_id: videoId, content, idempotency_key: randomUUID() });

const isHello = ({ content }: { content: string }) => content === "Hello";

test("the author's own comment is there at once and never twice, until it is deleted", async () => {
  const { video, states } = watch(await createAuthor(), `v-${randomUUID()}`);
  await until("the empty list", () => video.state.isLoaded && video.state.connection === "live");
  await video.post("Hello");
  expect([...video.state.pending, ...video.state.comments].map(({ content }) => content)).toEqual(["Hello"]);
  await video.post("again");
  await until("both live", () => contents(video).join() === "Hello,again");
  await until("nothing pending", () => video.state.pending.length === 0);
  const counts = states.map(({ comments, pending }) => [...comments, ...pending].filter(isHello).length);
  expect(counts.slice(counts.indexOf(1)).every((count) => count === 1)).toBe(true);

  await video.delete(video.state.comments[0]!.id);
  expect(contents(video)).toEqual(["again"]);
});

test("older comments load page by page and stay up to date: an old comment that is deleted disappears", async () => {
  const author = await createAuthor();
  const videoId = `v-${randomUUID()}`;
  const all: string[] = [];
  for (let number = 0; number < 60; number += 1) {
    all.push(`comment ${number}`);
    await post(author, videoId, `comment ${number}`);
  }
  const { video } = watch(createViewer(), videoId);
  await until("the window", () => contents(video).join() === all.slice(10).join());
  await video.loadOlder();
  expect(contents(video)).toEqual(all);
  expect(video.state.hasOlder).toBe(false);

  const third = video.state.comments[3]!;
  await author.api.call("deleteComment", { video_id: videoId, comment_id: third.id });
  await until("the third gone", () => !contents(video).includes("comment 3"));
  await post(author, videoId, "newest");
  await until("the newest", () => contents(video).at(-1) === "newest");
  expect(contents(video)).toEqual([...all.filter((content) => content !== "comment 3"), "newest"]);
});

test("a signed-out viewer reads along and cannot post", async () => {
  const { video } = watch(createViewer(), `v-${randomUUID()}`);
  await until("the empty list", () => video.state.isLoaded);
  await expect(video.post("Hello")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(video.state.pending).toEqual([]);
});

async function createModerator(): Promise<Viewer> {
  const moderator = await createAuthor();
  const connection = await openConnection(environment("MYSQL_URL"));
  closings.push(() => connection.end());
  await connection.query("UPDATE users SET role = 'moderator' WHERE id = ?", [moderator.sessions.current?.user.id]);
  return moderator;
}

test("a held message that was refused is gone when its video is opened again; one that still waits is not", async () => {
  const [author, moderator] = [await createAuthor(), await createModerator()];
  const videoId = `v-${randomUUID()}`;
  await moderator.api.call("changeVideo", { video_id: videoId, hold_for_review: true });
  const store = createStore();
  const first = watch(author, videoId, store);
  for (const content of ["refused", "waiting"]) await first.video.post(content);
  await until("both held", () => first.video.state.pending.every(({ state }) => state === "held"));
  first.video.close();
  await first.outbox.close();

  const [refused] = await store.all();
  await moderator.api.call("deleteComment", { video_id: videoId, comment_id: refused!.comment!.id });
  // An hour passes.
  for (const { key, answeredAt } of await store.all()) await store.update(key, { answeredAt: answeredAt! - 3_600_000 });
  const again = watch(author, videoId, store);
  await again.outbox.load();
  await until("the refused one gone", () => again.video.state.pending.length === 1);
  expect(again.video.state.pending).toMatchObject([{ content: "waiting", state: "held" }]);
});

test("a moderator's change of the settings reaches a viewer without a reload, and no number of comments", async () => {
  const [viewer, moderator] = [createViewer(), await createAuthor()];
  const connection = await openConnection(environment("MYSQL_URL"));
  closings.push(() => connection.end());
  const videoId = `v-${randomUUID()}`;
  const { video, states } = watch(viewer, videoId);
  await until("the default settings", () => video.settings?.comments_open === true);
  // Control: somebody who may not change them changes nothing for the viewer.
  await expect(moderator.api.call("changeVideo", { video_id: videoId, comments_open: false })).rejects.toMatchObject({
    status: 403,
  });
  await connection.query("UPDATE users SET role = 'moderator' WHERE id = ?", [moderator.sessions.current?.user.id]);
  await moderator.api.call("changeVideo", { video_id: videoId, slow_mode_seconds: 7 });
  await until("the slow mode", () => video.settings?.slow_mode_seconds === 7);
  expect(states.at(-1)).toMatchObject({ settings: { comments_open: true, slow_mode_seconds: 7 }, comments: [] });
  await moderator.api.call("changeVideo", { video_id: videoId, comments_open: false, slow_mode_seconds: 0 });
  await until("the end of comments", () => video.settings?.comments_open === false);
  expect(states.some(({ settings }) => settings?.comments_open === false && settings.slow_mode_seconds === 7)).toBe(
    false,
  );
});
