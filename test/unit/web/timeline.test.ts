import { expect, test } from "@jest/globals";
import type { Change, Comment } from "../../../functions/src/contract/comment.ts";
import { Timeline } from "../../../web/src/video/timeline.ts";

const comment = (id: string, seq: number, version = 1): Comment => ({
  id,
  content: id,
  user: { id: "ada", username: "ada" },
  created_at: "",
  updated_at: "",
  version,
  seq,
  edited: version > 1,
});

const deleted = (id: string, seq: number): Change => ({ id, seq, deleted: true });

const ids = ({ comments }: Timeline) => comments.map(({ id }) => id);

/** A timeline at change 10 with the comments 8 and 9; older ones exist. */
function atChange10(): Timeline {
  const timeline = new Timeline();
  timeline.restart({ comments: [comment("8", 8), comment("9", 9)], seq: 10, epoch: 1, hasOlder: true }, true);
  return timeline;
}

test("changes that come while a page is under way are applied to the page: a deletion, an edit and an approval", () => {
  const timeline = atChange10();
  const request = timeline.beginPage()!;
  timeline.advance([deleted("6", 11), comment("7", 12, 2), comment("55", 13)], 13);
  timeline.addPage(request, {
    comments: ["7", "6", "5"].map((id) => comment(id, Number(id))),
    next_cursor: "5",
    seq: 10,
  });
  expect(ids(timeline)).toEqual(["5", "55", "7", "8", "9"]);
  expect(timeline.comments[2]).toMatchObject({ id: "7", version: 2 });
});

test("a page that is newer than what is shown waits for the changes up to its number", () => {
  const timeline = atChange10();
  const request = timeline.beginPage()!;
  timeline.addPage(request, { comments: [comment("7", 7)], next_cursor: null, seq: 12 });
  expect(ids(timeline)).toEqual(["8", "9"]);
  expect(timeline.neededSeq).toBe(12);
  timeline.advance([deleted("6", 11), deleted("8", 12)], 12);
  expect(ids(timeline)).toEqual(["7", "9"]);
  expect(timeline.hasOlder).toBe(false);
});

test("a page that was requested before the comments were replaced is not joined to others", () => {
  const timeline = atChange10();
  const request = timeline.beginPage()!;
  timeline.restart({ comments: [comment("99", 300)], seq: 300, epoch: 1, hasOlder: true }, true);
  timeline.addPage(request, { comments: [comment("7", 7)], next_cursor: null, seq: 300 });
  expect(ids(timeline)).toEqual(["99"]);
});

test("an older state changes nothing: a deleted comment does not come back", () => {
  const timeline = atChange10();
  timeline.advance([deleted("9", 11)], 11);
  timeline.advance([comment("9", 9)], 10);
  expect([timeline.seq, ...ids(timeline)]).toEqual([11, "8"]);
});

test("a comment older than everything that is loaded is left to its page", () => {
  const timeline = atChange10();
  timeline.advance([comment("3", 11, 2), comment("85", 12)], 12);
  expect(ids(timeline)).toEqual(["8", "85", "9"]);
});

test("a tab left open keeps the newest comments, and those that the reader loaded", () => {
  const timeline = atChange10();
  const arrivals = Array.from({ length: 3_000 }, (_, n) => comment(`a${String(n).padStart(5, "0")}`, 11 + n));
  for (const arrival of arrivals) timeline.advance([arrival], arrival.seq);
  expect(timeline.comments).toHaveLength(1_000);
  expect(timeline.hasOlder).toBe(true);
  expect(timeline.beginPage()?.cursor).toBe(timeline.comments[0]!.id);
});

test("the numbers of another epoch start from the beginning", () => {
  const timeline = atChange10();
  expect(timeline.acceptEpoch(1)).toBe(true);
  expect(timeline.acceptEpoch(2)).toBe(false);
  timeline.forget();
  timeline.restart({ comments: [comment("1", 1)], seq: 6, epoch: 2, hasOlder: false }, true);
  expect([timeline.seq, timeline.epoch, ...ids(timeline)]).toEqual([6, 2, "1"]);
});
