import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Api } from "../../../web/src/api.ts";
import { type LiveState, LiveComments } from "../../../web/src/live-comments.ts";
import { type Realtime, createRealtime } from "../../../web/src/realtime.ts";
import type { SessionStore } from "../../../web/src/session.ts";
import { password } from "../../support/app/client.ts";
import { environment } from "../../support/environment.ts";
import { type RealtimeClient, createRealtimeClient } from "../../support/realtime/realtime-client.ts";
import { Tabs } from "../../support/browser/tabs.ts";
import { until } from "../../support/until.ts";

let client: RealtimeClient;
let realtime: Realtime;
const opened: LiveComments[] = [];

beforeAll(async () => {
  client = await createRealtimeClient();
  realtime = createRealtime(client.database);
});

afterAll(async () => {
  for (const comments of opened) comments.close();
  await client.close();
});

interface Viewer {
  api: Api;
  sessions: SessionStore;
}

function createViewer(): Viewer {
  const sessions = new Tabs().open();
  return { sessions, api: new Api({ base: environment("API_URL"), sessions, locks: navigator.locks }) };
}

async function createAuthor(): Promise<Viewer> {
  const viewer = createViewer();
  const username = `u${randomUUID().slice(0, 8)}`;
  const email = `${username}@example.com`;
  await viewer.api.register({ email, username, password });
  await viewer.api.signIn({ email, password });
  return viewer;
}

/** Opens a video for a viewer, and collects every state that it goes through. */
function watch(viewer: Viewer, videoId: string): { comments: LiveComments; states: LiveState[] } {
  const comments = new LiveComments({ ...viewer, realtime }, videoId);
  opened.push(comments);
  const states: LiveState[] = [];
  comments.subscribe((state) => states.push(state));
  return { comments, states };
}

const contents = ({ state }: LiveComments) => state.comments.map(({ content }) => content);

const isHello = ({ content }: { content: string }) => content === "Hello";

test("the author's own comment is there at once and never twice, until it is deleted", async () => {
  const { comments, states } = watch(await createAuthor(), `v-${randomUUID()}`);
  await until("the empty list", () => comments.state.isLoaded && comments.state.connection === "live");
  const posting = comments.post("Hello");
  expect(comments.state.pending.map(({ content }) => content)).toEqual(["Hello"]);
  const { id } = await posting;
  await comments.post("again");
  await until("both live", () => contents(comments).join() === "Hello,again");
  const counts = states.map(({ comments, pending }) => [...comments, ...pending].filter(isHello).length);
  expect(counts.slice(counts.indexOf(1)).every((count) => count === 1)).toBe(true);

  await comments.delete(id);
  expect(contents(comments)).toEqual(["again"]);
});

test("older comments load page by page and stay up to date: an old comment that is deleted disappears", async () => {
  const author = await createAuthor();
  const videoId = `v-${randomUUID()}`;
  const all: string[] = [];
  for (let number = 0; number < 60; number += 1) {
    all.push(`comment ${number}`);
    await author.api.postComment(videoId, `comment ${number}`, randomUUID());
  }
  const { comments } = watch(createViewer(), videoId);
  await until("the window", () => contents(comments).join() === all.slice(10).join());
  await comments.loadOlder();
  expect(contents(comments)).toEqual(all);
  expect(comments.state.hasOlder).toBe(false);

  const third = comments.state.comments[3]!;
  await author.api.deleteComment(videoId, third.id);
  await until("the third gone", () => !contents(comments).includes("comment 3"));
  await author.api.postComment(videoId, "newest", randomUUID());
  await until("the newest", () => contents(comments).at(-1) === "newest");
  expect(contents(comments)).toEqual([...all.filter((content) => content !== "comment 3"), "newest"]);
});

test("a signed-out viewer reads along and cannot post", async () => {
  const { comments } = watch(createViewer(), `v-${randomUUID()}`);
  await until("the empty list", () => comments.state.isLoaded);
  await expect(comments.post("Hello")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(comments.state.pending).toEqual([]);
});
