import { expect, test } from "@jest/globals";
import type { Comment } from "../../../../functions/src/contract/comment.ts";
import type { OutboxItem } from "../../../../web/src/outbox/item.ts";
import { pendingOf } from "../../../../web/src/outbox/pending.ts";

const ada = { id: "ada", username: "ada" };
const grace = { id: "grace", username: "grace" };

const comment = (id: string, user: typeof ada, content: string): Comment => ({
  id,
  user,
  content,
  created_at: "",
  updated_at: "",
  version: 1,
  seq: 1,
  edited: false,
});

const sending = (content: string, change: Partial<OutboxItem> = {}): OutboxItem => ({
  key: content,
  videoId: "v",
  user: ada,
  content,
  composedAt: 1,
  state: "sending",
  failures: 0,
  uncertainSince: 1,
  afterId: "",
  ...change,
});

test("a comment that arrives live before the API confirms it is not shown twice", () => {
  const item = sending("first!");
  expect(pendingOf([item], [])).toEqual([item]);
  expect(pendingOf([item], [comment("1", ada, "first!")])).toEqual([]);
});

test("the same text by somebody else, or from earlier, does not count as the message", () => {
  const item = sending("first!", { afterId: "1" });
  const there = [comment("1", ada, "first!"), comment("2", grace, "first!"), comment("3", ada, "second!")];
  expect(pendingOf([item], there)).toEqual([item]);
});

test("of two equal messages, each comment that arrives counts for one, and a confirmed one for itself alone", () => {
  const [one, two] = [sending("lol", { key: "1" }), sending("lol", { key: "2" })];
  expect(pendingOf([one, two], [comment("1", ada, "lol")])).toEqual([two]);
  expect(pendingOf([one, two], [comment("1", ada, "lol"), comment("2", ada, "lol")])).toEqual([]);
  const confirmed = sending("lol", { key: "1", state: "sent", comment: comment("2", ada, "lol") });
  expect(pendingOf([confirmed, two], [comment("2", ada, "lol")])).toEqual([two]);
});

test("a message that was never sent is not taken for a comment", () => {
  const waiting = sending("lol", { state: "waiting", uncertainSince: undefined });
  expect(pendingOf([waiting], [comment("1", ada, "lol")])).toEqual([waiting]);
});
