import { expect, test } from "@jest/globals";
import { array, assert, boolean, constant, constantFrom, integer, nat, oneof, property, record } from "fast-check";
import { CommentList } from "../../../web/src/comment-list.ts";
import { WatchedVideo } from "../../support/watched-video.ts";

const WINDOW = 4;

function watch(): { list: CommentList; video: WatchedVideo; ids: () => string[] } {
  const list = new CommentList(WINDOW);
  const video = new WatchedVideo(list, WINDOW);
  return { list, video, ids: () => list.comments.map(({ id }) => Number(id)).map(String) };
}

function post(video: WatchedVideo, count: number): void {
  for (let posted = 0; posted < count; posted += 1) video.post();
}

function loadOlder(list: CommentList, video: WatchedVideo): void {
  const { cursor, generation } = list.keepOlder();
  list.addPage(video.page(cursor, 3), generation);
  video.tell(false);
}

test("the list is the window until older comments are requested", () => {
  const { video, list, ids } = watch();
  post(video, 6);
  video.relay(false);
  expect(ids()).toEqual(["2", "3", "4", "5"]);
  expect(list.hasOlder).toBe(true);
  post(video, 1);
  video.relay(false);
  expect(ids()).toEqual(["3", "4", "5", "6"]);
});

test("older comments join the window, and comments that fall out of it stay", () => {
  const { video, list, ids } = watch();
  post(video, 8);
  video.relay(false);
  loadOlder(list, video);
  expect(ids()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  expect(list.hasOlder).toBe(true);
  post(video, 2);
  video.relay(false);
  loadOlder(list, video);
  expect(ids()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(list.hasOlder).toBe(false);
});

test("a deleted comment disappears from the window and from the older comments", () => {
  const { video, list, ids } = watch();
  post(video, 7);
  video.relay(false);
  loadOlder(list, video);
  video.delete(5);
  video.delete(1);
  video.relay(true);
  expect(ids()).toEqual(["0", "2", "3", "4", "6"]);
});

test("an edited comment is marked as edited, in the window and among the older comments", () => {
  const { video, list } = watch();
  post(video, 7);
  video.relay(false);
  loadOlder(list, video);
  expect(list.comments.filter(({ edited }) => edited)).toEqual([]);
  video.edit(5);
  video.edit(1);
  video.relay(true);
  const edited = list.comments.filter((comment) => comment.edited);
  expect(edited.map(({ id, version }) => [Number(id), version])).toEqual([
    [1, 2],
    [5, 2],
  ]);
});

test("a comment that is deleted while its page is loading does not appear", () => {
  const { video, list, ids } = watch();
  post(video, 6);
  video.relay(false);
  const { cursor, generation } = list.keepOlder();
  const page = video.page(cursor, 3);
  video.delete(0);
  video.relay(false);
  list.addPage(page, generation);
  expect(ids()).toEqual(["1", "2", "3", "4", "5"]);
});

test("the older comments are dropped if more was posted during an absence than fits into the window", () => {
  const { video, list, ids } = watch();
  post(video, 8);
  video.relay(false);
  loadOlder(list, video);
  video.connect(false);
  post(video, 5);
  video.relay(false);
  video.connect(true);
  expect(ids()).toEqual(["9", "10", "11", "12"]);
  expect(list.hasOlder).toBe(true);
});

test("a page that was requested before the older comments were dropped is ignored", () => {
  const { video, list, ids } = watch();
  post(video, 8);
  video.relay(false);
  const { cursor, generation } = list.keepOlder();
  const page = video.page(cursor, 3);
  video.connect(false);
  post(video, 5);
  video.relay(false);
  video.connect(true);
  list.addPage(page, generation);
  expect(ids()).toEqual(["9", "10", "11", "12"]);
});

test("the older comments are dropped if more changes happened during an absence than are kept", () => {
  const { video, list, ids } = watch();
  post(video, 6);
  video.relay(false);
  loadOlder(list, video);
  video.connect(false);
  video.delete(0);
  for (let edits = 0; edits < 200; edits += 1) video.edit(4);
  video.relay(false);
  video.connect(true);
  expect(ids()).toEqual(["2", "3", "4", "5"]);
});

test("the reader's own comment appears once the API has it, and not if it was deleted before it came live", () => {
  const { video, list, ids } = watch();
  post(video, 1);
  video.relay(false);
  list.addPosted(video.post());
  expect(ids()).toEqual(["0", "1"]);
  video.relay(false);
  expect(ids()).toEqual(["0", "1"]);
  expect(list.followFrom).toBeUndefined();

  list.addPosted(video.post());
  video.delete(2);
  video.relay(false);
  expect(ids()).toEqual(["0", "1"]);
});

test("the reader's own deletion takes effect before it comes live", () => {
  const { video, list, ids } = watch();
  post(video, 2);
  video.relay(false);
  list.addDeleted("000001");
  video.tell(false);
  expect(ids()).toEqual(["0"]);
});

const step = oneof(
  record({ do: constant("post" as const), count: integer({ min: 1, max: 6 }) }),
  record({ do: constant("postOwn" as const) }),
  record({ do: constant("acknowledge" as const) }),
  record({ do: constant("edit" as const), index: nat(50), count: constantFrom(1, 1, 1, 150) }),
  record({ do: constant("delete" as const), index: nat(50) }),
  record({ do: constant("relay" as const), isChangesFirst: boolean() }),
  record({ do: constant("connect" as const), isConnected: boolean() }),
  record({ do: constant("requestPage" as const) }),
  record({ do: constant("respond" as const) }),
  record({ do: constant("arrive" as const) }),
);

test("after any sequence of events the list is the newest comments, without a gap, and no deleted one comes back", () => {
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const { video, list } = watch();
      const own: ReturnType<WatchedVideo["post"]>[] = [];
      let requested: ReturnType<CommentList["keepOlder"]> | undefined;
      let response: { page: ReturnType<WatchedVideo["page"]>; generation: number } | undefined;
      let isConnected = true;
      for (const step of steps) {
        switch (step.do) {
          case "post":
            post(video, step.count);
            break;
          case "postOwn":
            own.push(video.post());
            break;
          case "acknowledge": {
            const comment = own.shift();
            if (comment) list.addPosted(comment);
            video.tell(false);
            break;
          }
          case "edit":
            for (let edits = 0; edits < step.count; edits += 1) video.edit(step.index);
            break;
          case "delete":
            video.delete(step.index);
            break;
          case "relay":
            video.relay(step.isChangesFirst);
            break;
          case "connect":
            isConnected = step.isConnected;
            video.connect(isConnected);
            break;
          case "requestPage":
            requested = list.keepOlder();
            video.tell(false);
            break;
          case "respond":
            if (requested) response = { page: video.page(requested.cursor, 3), generation: requested.generation };
            requested = undefined;
            break;
          case "arrive":
            if (response) list.addPage(response.page, response.generation);
            response = undefined;
            break;
        }
        const shown = new Set(list.comments.map(({ id }) => id));
        if (isConnected) expect(video.gone.filter((id) => shown.has(id))).toEqual([]);
      }
      own.forEach((comment) => list.addPosted(comment));
      video.connect(true);
      video.relay(false);

      const shown = list.comments;
      const all = video.comments;
      expect(shown).toEqual(all.slice(all.length - shown.length));
      expect(shown.length).toBeGreaterThanOrEqual(Math.min(WINDOW, all.length));
      expect(list.hasOlder || shown.length === all.length).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
