/** An update of the mirror, and whether the rules of the fence allow it. */
export interface FenceCase {
  readonly what: string;
  readonly allowed: boolean;
  /** The data before the update: by default DATA_BEFORE, where the fence of video `v` is at change 5 of epoch 1. */
  readonly before?: unknown;
  /** Who writes: `auth.uid`, or null for a client that is signed out. By default the relay. */
  readonly uid?: string | null;
  /** The values of the update by their paths. */
  readonly parts: Record<string, unknown>;
}

const comment = { id: "c1", content: "hello" };
const closed = { comments_open: false, slow_mode_seconds: 5, hold_for_review: true };
export const DATA_BEFORE = {
  videos: { v: { comments_open: true, slow_mode_seconds: 1, hold_for_review: false } },
  comments: { v: { c1: comment, c2: comment }, w: { c9: comment } },
  changes: { v: { "0000000000000005": comment } },
  sync: { v: { epoch: 1, from: 4, to: 5, at: 1 }, w: { epoch: 1, from: 0, to: 1, at: 1 } },
};
const withFence = (fence: unknown): unknown => ({ ...DATA_BEFORE, sync: { v: fence } });

const at = { ".sv": "timestamp" };
const fence = (epoch: unknown, from: unknown, to: unknown): object => ({ epoch, from, to, at });
const write = (
  epoch: unknown,
  from: unknown,
  to: unknown,
  parts: Record<string, unknown> = {},
): Record<string, unknown> => ({
  "comments/v/c3": comment,
  "changes/v/0000000000000006": comment,
  "sync/v": fence(epoch, from, to),
  ...parts,
});

const yes = (what: string, parts: Record<string, unknown>, more: Partial<FenceCase> = {}): FenceCase => ({
  what,
  allowed: true,
  parts,
  ...more,
});
const no = (what: string, parts: Record<string, unknown>, more: Partial<FenceCase> = {}): FenceCase => ({
  what,
  allowed: false,
  parts,
  ...more,
});

export const FENCE_CASES: readonly FenceCase[] = [
  yes("the first update of a video, from 0", write(1, 0, 3), { before: null }),
  yes("the next change", write(1, 5, 6)),
  yes("several changes at once", write(1, 5, 60)),
  yes("a change that deletes a comment", write(1, 5, 6, { "comments/v/c1": null })),
  yes(
    "a change that empties the video's window",
    write(1, 5, 6, { "comments/v/c1": null, "comments/v/c2": null, "comments/v/c3": null }),
  ),
  yes("a change that only removes the oldest of the kept changes", {
    "changes/v/0000000000000005": null,
    "sync/v": fence(1, 5, 6),
  }),
  yes("a move of the fence alone", { "sync/v": fence(1, 5, 6) }),
  yes("a change of the settings", { "videos/v": closed, "sync/v": fence(1, 5, 6) }),
  yes("a change back to the default settings", { "videos/v": null, "sync/v": fence(1, 5, 6) }),
  yes("a new epoch, from 0", write(2, 0, 3)),
  yes("a new epoch that ends where the old one is", write(2, 0, 5)),

  no("a repetition of the update that moved the fence here", write(1, 4, 5)),
  no("a repetition of the first update", write(1, 0, 3)),
  no("a late update that moves the fence back", write(1, 2, 4)),
  no("a gap: from a change that is not applied", write(1, 6, 7)),
  no("an overlap: from before the fence to behind it", write(1, 4, 6)),
  no("a first update with a gap", write(1, 2, 3), { before: null }),
  no("a fence that does not move", write(1, 5, 5)),
  no("a fence that moves back", write(1, 5, 4)),
  no("a new comment without a move of the fence", { "comments/v/c3": comment }),
  no("a changed comment without a move of the fence", { "comments/v/c1": comment }),
  no("a deleted comment without a move of the fence", { "comments/v/c1": null }),
  no("a delete of all of a video's comments without a move of the fence", { "comments/v": null }),
  no("a delete of all comments", { comments: null }),
  no("a delete of everything", { comments: null, changes: null, sync: null }),
  no("a change without a move of the fence", { "changes/v/0000000000000006": comment }),
  no("a delete of a change without a move of the fence", { "changes/v/0000000000000005": null }),
  no("a comment with a move of another video's fence", { "comments/v/c3": comment, "sync/w": fence(1, 1, 2) }),
  no("a change with a move of another video's fence", {
    "changes/v/0000000000000006": comment,
    "sync/w": fence(1, 1, 2),
  }),
  no("a comment of an unknown video, without a fence", { "comments/x/c1": comment }),
  no("a delete of the fence", { "sync/v": null }),
  no("a delete of the fence with the comments", { "comments/v": null, "changes/v": null, "sync/v": null }),
  no("a delete of all fences", { sync: null }),
  no("a delete of one value of the fence", { "sync/v/at": null }),
  no("a change of one value of the fence", { "sync/v/to": 6 }),
  no("settings without a move of the fence", { "videos/v": closed }),
  no("a delete of the settings without a move of the fence", { "videos/v": null }),
  no("one setting without a move of the fence", { "videos/v/comments_open": true }),
  no("settings with a move of another video's fence", { "videos/v": closed, "sync/w": fence(1, 1, 2) }),
  no("settings, by a user", { "videos/v": closed, "sync/v": fence(1, 5, 6) }, { uid: "somebody" }),
  no("settings with one missing", { "videos/v": { ...closed, hold_for_review: null }, "sync/v": fence(1, 5, 6) }),
  no("settings with an unknown one", { "videos/v": { ...closed, title: "x" }, "sync/v": fence(1, 5, 6) }),
  no("an openness that is text", { "videos/v": { ...closed, comments_open: "no" }, "sync/v": fence(1, 5, 6) }),
  no("a slow mode that is text", { "videos/v": { ...closed, slow_mode_seconds: "5" }, "sync/v": fence(1, 5, 6) }),
  no("a slow mode below 0", { "videos/v": { ...closed, slow_mode_seconds: -1 }, "sync/v": fence(1, 5, 6) }),
  no("a review that is a number", { "videos/v": { ...closed, hold_for_review: 1 }, "sync/v": fence(1, 5, 6) }),
  no("an older epoch", write(0, 0, 3)),
  no("an older epoch, from where the fence is", write(0, 5, 6)),
  no("a new epoch that does not begin at 0", write(2, 5, 6)),
  no("an epoch that is text", write("1", 0, 3), { before: null }),
  no("no epoch", write(null, 0, 3), { before: null }),
  no("no end", write(1, 5, null)),
  no("no beginning", write(1, null, 6)),
  no("text over a fence that somebody turned into text", write(1, "5", "6"), {
    before: withFence({ epoch: 1, from: 4, to: "5", at: 1 }),
  }),
  no("a fence without a time", { "sync/v": { epoch: 1, from: 5, to: 6 } }),
  no("a fence with a time that is not the server's", { "sync/v": { epoch: 1, from: 5, to: 6, at: 1 } }),
  no("a fence with an unknown value", { "sync/v": { ...fence(1, 5, 6), by: "me" } }),
  no("the next change, by a user", write(1, 5, 6), { uid: "somebody" }),
  no("the next change, by a client that is signed out", write(1, 5, 6), { uid: null }),
  no("the first update, by a user", write(1, 0, 3), { uid: "somebody", before: null }),
  no("a comment without a fence, by a user", { "comments/v/c3": comment }, { uid: "somebody" }),
];
