import { expect, test } from "@jest/globals";
import { type PendingComment, stillPending } from "../../../web/src/pending.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";

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

const pending = (content: string, known: string[] = []): PendingComment => ({
  user: ada,
  content,
  known: new Set(known),
});

test("a comment that arrives live before the API confirms it is not shown twice", () => {
  const waiting = pending("first!");
  expect(stillPending([waiting], [])).toEqual([waiting]);
  expect(stillPending([waiting], [comment("1", ada, "first!")])).toEqual([]);
});

test("the same text by somebody else, or from earlier, does not count as the pending comment", () => {
  const waiting = pending("first!", ["1"]);
  const there = [comment("1", ada, "first!"), comment("2", grace, "first!"), comment("3", ada, "second!")];
  expect(stillPending([waiting], there)).toEqual([waiting]);
});

test("of two equal pending comments, each one that arrives counts for one", () => {
  const [one, two] = [pending("lol"), pending("lol")];
  expect(stillPending([one, two], [comment("1", ada, "lol")])).toEqual([two]);
  expect(stillPending([one, two], [comment("1", ada, "lol"), comment("2", ada, "lol")])).toEqual([]);
});
