import { describe, expect, test } from "@jest/globals";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { deltaUpdate, fullUpdate } from "../../../functions/src/relay/videos/update.ts";
import type { SettingsToMirror } from "../../../functions/src/relay/videos/video-node.ts";
import type { CommentRow } from "../../../functions/src/tables/comments/comments.ts";
import { toComment } from "../../../functions/src/tables/comments/to-comment.ts";

const at = new Date("2026-01-01T00:00:00Z");

function row(id: string, seq: number, more: Partial<CommentRow> = {}): CommentRow {
  const base = { id, video_id: "v", user_id: "u", username: "ada", content: `content of ${id}`, version: 1, seq };
  return { ...base, role: "user", edited_at: null, inserted_at: at, updated_at: at, deleted_at: null, ...more };
}
const tombstone = (id: string, seq: number) => row(id, seq, { content: "", deleted_at: at });
const closed = { comments_open: false, slow_mode_seconds: 0, hold_for_review: false };
const target = (from: number, to: number, windowSize = 500, settings: SettingsToMirror = { node: null, seq: 0 }) => ({
  rebuildSeq: 0,
  videoId: "v",
  epoch: 1,
  from,
  to,
  windowSize,
  quarantined: new Set<string>(),
  settings,
});

describe("an update", () => {
  test("writes a posted comment in its place and as a change", () => {
    const posted = row("a", 8);
    expect(deltaUpdate(target(7, 8), { changes: [posted], edge: [] })).toEqual({
      videoId: "v",
      epoch: 1,
      from: 7,
      to: 8,
      values: { "comments/v/a": toComment(posted), [`changes/v/${changeKey(8)}`]: toComment(posted) },
    });
  });

  test("removes a deleted comment, and its content with it", () => {
    const { values } = deltaUpdate(target(7, 8), { changes: [tombstone("a", 8)], edge: [] });
    expect(values).toEqual({ "comments/v/a": null, [`changes/v/${changeKey(8)}`]: { id: "a", deleted: true } });
  });

  test("removes the comment that a new one pushes out of the window", () => {
    // A window of 2 held b and a; now it holds c and b. The edge begins at the window's last place.
    const { values } = deltaUpdate(target(2, 3, 2), { changes: [row("c", 3)], edge: [row("b", 2), row("a", 1)] });
    expect(values).toMatchObject({ "comments/v/c": toComment(row("c", 3)), "comments/v/a": null });
    expect(values).not.toHaveProperty(["comments/v/b"]);
  });

  test("lets the next older comment into the window when one is deleted", () => {
    const insideEdge = [row("a", 1)];
    const editContext = { insideEdge, tailSeqs: new Set([1, 2, 4]) };
    const { values } = deltaUpdate(target(3, 4, 2), { changes: [tombstone("c", 4)], edge: insideEdge, editContext });
    expect(values).toMatchObject({ "comments/v/c": null, "comments/v/a": toComment(row("a", 1)) });
  });

  test("writes the edit of a comment outside the window as a change only", () => {
    const edited = row("a", 9, { version: 2 });
    const { values } = deltaUpdate(target(8, 9, 2), { changes: [edited], edge: [row("c", 3), row("b", 2)] });
    expect(values["comments/v/a"]).toBeNull();
    expect(values[`changes/v/${changeKey(9)}`]).toEqual(toComment(edited));
  });

  test("removes the changes before the last 200, and no others", () => {
    const { values } = deltaUpdate(target(300, 302), { changes: [row("a", 301), row("b", 302)], edge: [] });
    const removed = Object.keys(values).filter((path) => path.startsWith("changes/") && values[path] === null);
    expect(removed).toEqual([changeKey(101), changeKey(102)].map((key) => `changes/v/${key}`));
  });

  test("ends before it grows too large, and the next one begins there", () => {
    const large = Array.from({ length: 200 }, (_, index) => row(`c${index}`, index + 1, { content: "x".repeat(2000) }));
    const first = deltaUpdate(target(0, 200), { changes: large, edge: [] });
    expect(first.to).toBeLessThan(200);
    expect(JSON.stringify(first.values).length).toBeLessThan(600 * 1024);
    const next = large.filter(({ seq }) => seq > first.to);
    expect(deltaUpdate(target(first.to, 200), { changes: next, edge: [] }).to).toBeGreaterThan(first.to);
  });

  test("always takes at least one comment, however large, or the relay would never move on", () => {
    const changes = [row("a", 1, { content: "x".repeat(600 * 1024) }), row("b", 2)];
    const { to } = deltaUpdate(target(0, 2), { changes, edge: [] });
    expect(to).toBe(1);
  });

  test("that is full replaces everything by the newest comments and the last changes", () => {
    const { values } = fullUpdate(
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
      "videos/v": null,
    });
  });

  test("carries the settings with the change that set them, and every full update does", () => {
    const settings = { node: closed, seq: 8 };
    const rows = { changes: [], edge: [] };
    expect(deltaUpdate(target(7, 8, 500, settings), rows).values).toEqual({
      "videos/v": closed,
      [`changes/v/${changeKey(8)}`]: { no_comment: true },
    });
    expect(deltaUpdate(target(8, 9, 500, settings), { changes: [row("a", 9)], edge: [] }).values).not.toHaveProperty([
      "videos/v",
    ]);
    expect(fullUpdate(target(8, 9, 500, settings), [], []).values).toHaveProperty(["videos/v"], closed);
  });

  test("gives the last change an entry that has no comment, and takes it away with the next change", () => {
    const settings = { node: closed, seq: 8 };
    const { values } = deltaUpdate(target(8, 9, 500, settings), { changes: [row("a", 9)], edge: [] });
    expect(values).toMatchObject({ [`changes/v/${changeKey(8)}`]: null, [`changes/v/${changeKey(9)}`]: { id: "a" } });
    expect(fullUpdate(target(0, 9), [], [row("a", 2)]).values).toMatchObject({
      "changes/v": { [changeKey(2)]: { id: "a" }, [changeKey(9)]: { no_comment: true } },
    });
  });
});
