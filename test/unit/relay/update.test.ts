import { toComment } from "../../../functions/src/tables/comments/to-comment.ts";
import { describe, expect, test } from "@jest/globals";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { deltaUpdate, snapshotUpdate } from "../../../functions/src/relay/comments/batch.ts";
import type { CommentRow } from "../../../functions/src/tables/comments/comments.ts";

const at = new Date("2026-01-01T00:00:00Z");

function row(id: string, seq: number, more: Partial<CommentRow> = {}): CommentRow {
  const base = { id, video_id: "v", user_id: "u", username: "ada", content: `content of ${id}`, version: 1, seq };
  return { ...base, edited_at: null, inserted_at: at, updated_at: at, deleted_at: null, ...more };
}
const tombstone = (id: string, seq: number) => row(id, seq, { content: "", deleted_at: at });
const target = (from: number, to: number, window = 500) => ({
  videoId: "v",
  epoch: 1,
  from,
  to,
  window,
  parked: new Set<string>(),
});

describe("the update of a batch", () => {
  test("a posted comment is written as itself and as a change", () => {
    const posted = row("a", 8);
    expect(deltaUpdate(target(7, 8), [posted], [])).toEqual({
      videoId: "v",
      epoch: 1,
      from: 7,
      to: 8,
      values: { "comments/v/a": toComment(posted), [`changes/v/${changeKey(8)}`]: toComment(posted) },
    });
  });

  test("a deleted comment goes, and its content with it", () => {
    const { values } = deltaUpdate(target(7, 8), [tombstone("a", 8)], []);
    expect(values).toEqual({ "comments/v/a": null, [`changes/v/${changeKey(8)}`]: { id: "a", deleted: true } });
  });

  test("a comment that the new one pushes out of the window goes", () => {
    // Window 2: before b, a; now c, b, and a is over the edge. The edge begins at the last place of the window.
    const { values } = deltaUpdate(target(2, 3, 2), [row("c", 3)], [row("b", 2), row("a", 1)]);
    expect(values).toMatchObject({ "comments/v/c": toComment(row("c", 3)), "comments/v/a": null });
    expect(values).not.toHaveProperty(["comments/v/b"]);
  });

  test("when one in the window is deleted, the next older one comes in", () => {
    const inside = [row("a", 1)];
    const { values } = deltaUpdate(target(3, 4, 2), [tombstone("c", 4)], inside, { inside, tail: new Set([1, 2, 4]) });
    expect(values).toMatchObject({ "comments/v/c": null, "comments/v/a": toComment(row("a", 1)) });
  });

  test("an edit of a comment older than the window stays out of it, but is a change", () => {
    const edited = row("a", 9, { version: 2 });
    const { values } = deltaUpdate(target(8, 9, 2), [edited], [row("c", 3), row("b", 2)]);
    expect(values["comments/v/a"]).toBeNull();
    expect(values[`changes/v/${changeKey(9)}`]).toEqual(toComment(edited));
  });

  test("changes older than the last 200 are taken away, and only those", () => {
    const { values } = deltaUpdate(target(300, 302), [row("a", 301), row("b", 302)], []);
    const removed = Object.keys(values).filter((path) => path.startsWith("changes/") && values[path] === null);
    expect(removed).toEqual([changeKey(101), changeKey(102)].map((key) => `changes/v/${key}`));
  });

  test("comments too large for one update are left to the next, which begins where this one ends", () => {
    const large = Array.from({ length: 200 }, (_, index) => row(`c${index}`, index + 1, { content: "x".repeat(2000) }));
    const first = deltaUpdate(target(0, 200), large, []);
    expect(first.to).toBeLessThan(200);
    expect(JSON.stringify(first.values).length).toBeLessThan(600 * 1024);
    const next = large.filter(({ seq }) => seq > first.to);
    expect(deltaUpdate(target(first.to, 200), next, []).to).toBeGreaterThan(first.to);
  });

  test("one comment is never too large, or nothing would ever move", () => {
    const { to } = deltaUpdate(target(0, 2), [row("a", 1, { content: "x".repeat(600 * 1024) }), row("b", 2)], []);
    expect(to).toBe(1);
  });

  test("a snapshot puts the newest comments and the last changes in place of whatever stands there", () => {
    const { values } = snapshotUpdate(
      target(0, 9),
      [row("b", 9), row("a", 2)],
      [row("a", 2), tombstone("x", 5), row("b", 9)],
    );
    expect(values).toEqual({
      "comments/v": { a: toComment(row("a", 2)), b: toComment(row("b", 9)) },
      "changes/v": {
        [changeKey(2)]: toComment(row("a", 2)),
        [changeKey(5)]: { id: "x", deleted: true },
        [changeKey(9)]: toComment(row("b", 9)),
      },
    });
  });
});
