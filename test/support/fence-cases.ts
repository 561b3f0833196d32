/** A write to a video's places, who makes it over which data, and whether the fence lets it pass. */
export interface FenceCase {
  readonly what: string;
  readonly allowed: boolean;
  /** The data before; by default the fence of video `v` stands at 5 in epoch 1. */
  readonly before?: unknown;
  /** `auth.uid`, or null for nobody; by default the relay. */
  readonly uid?: string | null;
  /** The places of one update, from the root. */
  readonly parts: Record<string, unknown>;
}

const comment = { id: "c1", content: "hello" };
const standing = {
  comments: { v: { c1: comment, c2: comment }, w: { c9: comment } },
  changes: { v: { "0000000000000005": comment } },
  sync: { v: { epoch: 1, from: 4, to: 5, at: 1 }, w: { epoch: 1, from: 0, to: 1, at: 1 } },
};
const withFence = (fence: unknown): unknown => ({ ...standing, sync: { v: fence } });

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

export const STANDING = standing;

export const FENCE_CASES: readonly FenceCase[] = [
  yes("the first write of a video, from 0", write(1, 0, 3), { before: null }),
  yes("the successor", write(1, 5, 6)),
  yes("a successor of several changes", write(1, 5, 60)),
  yes("a successor that deletes a comment", write(1, 5, 6, { "comments/v/c1": null })),
  yes(
    "a successor that empties the video's window",
    write(1, 5, 6, { "comments/v/c1": null, "comments/v/c2": null, "comments/v/c3": null }),
  ),
  yes("a successor that only trims the tail of changes", {
    "changes/v/0000000000000005": null,
    "sync/v": fence(1, 5, 6),
  }),
  yes("a move of the fence alone", { "sync/v": fence(1, 5, 6) }),
  yes("a new epoch, from 0", write(2, 0, 3)),
  yes("a new epoch that ends where the old one stood", write(2, 0, 5)),

  no("a replay of the write that brought the fence here", write(1, 4, 5)),
  no("a duplicate of the first write", write(1, 0, 3)),
  no("a late write that would take the fence back", write(1, 2, 4)),
  no("a gap: from a change that is not applied", write(1, 6, 7)),
  no("an overlap: from before the fence to after it", write(1, 4, 6)),
  no("a first write with a gap", write(1, 2, 3), { before: null }),
  no("a fence that stands still", write(1, 5, 5)),
  no("a fence that goes back", write(1, 5, 4)),
  no("a comment without a move of the fence", { "comments/v/c3": comment }),
  no("a comment over an old one without a move of the fence", { "comments/v/c1": comment }),
  no("a delete of a comment without a move of the fence", { "comments/v/c1": null }),
  no("a delete of all of a video's comments without a move of the fence", { "comments/v": null }),
  no("a delete of all comments", { comments: null }),
  no("a delete of everything", { comments: null, changes: null, sync: null }),
  no("a change without a move of the fence", { "changes/v/0000000000000006": comment }),
  no("a delete of a change without a move of the fence", { "changes/v/0000000000000005": null }),
  no("a comment under another video's move of the fence", { "comments/v/c3": comment, "sync/w": fence(1, 1, 2) }),
  no("a change under another video's move of the fence", {
    "changes/v/0000000000000006": comment,
    "sync/w": fence(1, 1, 2),
  }),
  no("a comment for a video of which nothing is known, without a fence", { "comments/x/c1": comment }),
  no("a delete of the fence", { "sync/v": null }),
  no("a delete of the fence with the comments", { "comments/v": null, "changes/v": null, "sync/v": null }),
  no("a delete of the whole tree of fences", { sync: null }),
  no("a delete of a part of the fence", { "sync/v/at": null }),
  no("a part of the fence", { "sync/v/to": 6 }),
  no("an older epoch", write(0, 0, 3)),
  no("an older epoch, from where the fence stands", write(0, 5, 6)),
  no("a new epoch that does not begin at 0", write(2, 5, 6)),
  no("an epoch that is text", write("1", 0, 3), { before: null }),
  no("an epoch that is missing", write(null, 0, 3), { before: null }),
  no("an end that is missing", write(1, 5, null)),
  no("a beginning that is missing", write(1, null, 6)),
  no("text over a fence that somebody has edited into text", write(1, "5", "6"), {
    before: withFence({ epoch: 1, from: 4, to: "5", at: 1 }),
  }),
  no("a fence without a time", { "sync/v": { epoch: 1, from: 5, to: 6 } }),
  no("a fence with a time of its own", { "sync/v": { epoch: 1, from: 5, to: 6, at: 1 } }),
  no("a fence with more than belongs there", { "sync/v": { ...fence(1, 5, 6), by: "me" } }),
  no("the successor, by another user", write(1, 5, 6), { uid: "somebody" }),
  no("the successor, by nobody", write(1, 5, 6), { uid: null }),
  no("the first write, by another user", write(1, 0, 3), { uid: "somebody", before: null }),
  no("a comment by another user, without a fence", { "comments/v/c3": comment }, { uid: "somebody" }),
];
