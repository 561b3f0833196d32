import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { parseLine } from "../../../scripts/import/record.ts";

const at = "2026-11-20T18:04:05.123Z";
const comment = {
  type: "comment",
  id: randomUUID(),
  content: "fine",
  user: { id: randomUUID(), username: "somebody" },
  created_at: at,
  updated_at: at,
  edited_at: null,
  version: 1,
};

test("a line is a comment, a header, or neither", () => {
  expect(parseLine(JSON.stringify(comment))).toHaveProperty("comment.content", "fine");
  expect(parseLine('{"type":"video","id":"b","comments":0}')).toHaveProperty("header.id", "b");
  expect(parseLine("{")).toEqual({ problem: "is not JSON" });
});

test.each<[string, object, RegExp]>([
  ["a text that nobody could post", { content: "\u0000" }, /^is no comment: content has control characters/],
  ["no text", { content: undefined }, /^is no comment: content is missing/],
  ["a time that does not exist", { created_at: "2026-02-30T00:00:00Z" }, /^is no comment: created_at /],
  ["more than milliseconds", { created_at: "2026-02-03T00:00:00.1234Z" }, /more than milliseconds/],
  ["no version", { version: 0 }, /^is no comment: version /],
  ["a version beyond the column", { version: 4_294_967_296 }, /^is no comment: version /],
  ["a deleted comment with a text", { deleted_at: "2026-02-03T00:00:00Z" }, /^is no comment: deleted_at /],
  [
    "an earlier text twice",
    { version: 3, revisions: [1, 1].map((version) => ({ version, content: "x", since: "2026-02-03T00:00:00Z" })) },
    /^is no comment: revisions /,
  ],
  ["another kind of line", { type: "user" }, /^is no comment: type /],
])("a line is refused with its cause: %s", (_, values, problem) => {
  expect(parseLine(JSON.stringify({ ...comment, ...values }))).toEqual({ problem: expect.stringMatching(problem) });
});
