import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { isLookTaken, lockUsersWithOldLooks } from "../../../functions/src/tables/accounts/username-looks.ts";
import { findAccount, secondsSinceRename } from "../../../functions/src/tables/accounts/users.ts";
import { countAllComments, listAllComments } from "../../../functions/src/tables/comments/comment-transfers.ts";
import { listWatched, lockOldestWatched, touchWatched } from "../../../functions/src/tables/accounts/watched-videos.ts";
import { findBan, listBans } from "../../../functions/src/tables/moderation/bans.ts";
import { readChanges, readNewest } from "../../../functions/src/tables/comments/comment-pages.ts";
import { findComment, findComments, listChanges, listNewest } from "../../../functions/src/tables/comments/comments.ts";
import { execute } from "../../../functions/src/database/statement.ts";
import { findHeld, listHeld } from "../../../functions/src/tables/moderation/held-comments.ts";
import {
  behindVideosQuery,
  changeRangesQuery,
  windowEdgesQuery,
} from "../../../functions/src/tables/sync/relay-batches.ts";
import { postingStateQuery } from "../../../functions/src/tables/comments/posting-state.ts";
import { listOpenReports, listReportedIds } from "../../../functions/src/tables/moderation/reports.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { listExpiredTombstones } from "../../../functions/src/tables/comments/tombstones.ts";
import {
  countCommentsOf,
  findNextVideoOf,
  listCommentsOf,
  listIdsOf,
} from "../../../functions/src/tables/comments/user-comments.ts";
import { secondsSinceLastTurn } from "../../../functions/src/tables/comments/slow-mode-turns.ts";
import { findVideo, listVideoIds } from "../../../functions/src/tables/comments/videos.ts";
import { type TestDatabase, createTestDatabase } from "../../support/mysql/database.ts";
import { type Measured, exampleId, fill, openMeasured } from "../../support/mysql/plans.ts";

// `npm execute test:plans` asks of 1,000,000 comments in 1,000 videos.
const COMMENTS = Number(process.env["PLAN_COMMENTS"] ?? 100_000);
const VIDEOS = COMMENTS / 1_000;

const user = exampleId(3);
const look = (n: number) => createHash("sha256").update(String(n)).digest();
const middle = exampleId(COMMENTS / 2);

/** What is asked, the index by which each table is read, and rows that are read without being returned, by design. */
const QUERIES: [name: string, ask: (db: Db) => Promise<unknown>, keys: Record<string, string>, more?: number][] = [
  [
    "newest comments",
    (db) => readNewest(db, "v7", { limit: 51 }),
    { videos: "PRIMARY", comments: "comments_live", users: "PRIMARY" },
  ],
  [
    "older comments",
    (db) => readNewest(db, "v7", { limit: 51, before: middle }),
    { videos: "PRIMARY", comments: "comments_live", users: "PRIMARY" },
  ],
  [
    "changes at the end",
    (db) => readChanges(db, "v7", 950, 51),
    { videos: "PRIMARY", comments: "comments_seq", users: "PRIMARY" },
  ],
  [
    "changes from the start",
    (db) => readChanges(db, "v7", 0, 101),
    { videos: "PRIMARY", comments: "comments_seq", users: "PRIMARY" },
  ],
  ["no changes", (db) => readChanges(db, "v7", 1_000, 51), { videos: "PRIMARY", comments: "comments_seq" }],
  ["the live window", (db) => listNewest(db, "v7", { limit: 500 }), { comments: "comments_live", users: "PRIMARY" }],
  // The 490 before the edge are read and left out.
  [
    "the window's edge",
    (db) => listNewest(db, "v7", { limit: 20, offset: 490 }),
    { comments: "comments_live", users: "PRIMARY" },
    2 * 490,
  ],
  ["changes to relay", (db) => listChanges(db, "v7", 800, 200), { comments: "comments_seq", users: "PRIMARY" }],
  ["a comment", (db) => findComment(db, "v7", exampleId(VIDEOS * 5 + 7)), {}],
  [
    "comments by id",
    (db) =>
      findComments(
        db,
        Array.from({ length: 50 }, (_, n) => exampleId(n * 100)),
      ),
    { comments: "PRIMARY", users: "PRIMARY" },
  ],
  ["a held comment", (db) => findHeld(db, "v7", exampleId(COMMENTS + 7)), {}],
  [
    "held comments of a video",
    (db) => listHeld(db, "v7", { limit: 51 }),
    { held: "held_comments_video", users: "PRIMARY" },
  ],
  ["one's own held comments", (db) => listHeld(db, "v3", { userId: user, limit: 51 }), { held: "held_comments_user" }],
  [
    "what a post needs to know",
    (db) => execute(db, postingStateQuery([{ userId: user, videoId: "v7", idempotencyKey: "k3" }])),
    { v: "PRIMARY", k: "PRIMARY", c: "PRIMARY" },
  ],
  [
    "a user's last turn under slow mode",
    (db) => secondsSinceLastTurn(db, user, "v21"),
    { comments: "comments_user", held_comments: "held_comments_user", slow_mode_turns: "PRIMARY" },
  ],
  [
    "the account of a sign-in, on a known device",
    (db) => findAccount(db, "3@x.org", exampleId(3)),
    { users: "users_email", user_devices: "PRIMARY" },
  ],
  ["the account of a sign-in, elsewhere", (db) => findAccount(db, "3@x.org", undefined), { users: "users_email" }],
  ["the ban of a user", (db) => findBan(db, user, "v7"), { bans: "PRIMARY" }],
  ["bans", (db) => listBans(db, { limit: 51, after: { user_id: user, video_id: "v1" } }), { bans: "PRIMARY" }],
  ["reported comments", (db) => listReportedIds(db, { limit: 51, after: middle }), { reports: "reports_open" }],
  ["open reports", (db) => listOpenReports(db, [exampleId(100), exampleId(300)], 20), {}],
  ["a video of a user", (db) => findNextVideoOf(db, user, "v2"), { comments: "comments_user" }],
  [
    "a user's comments on a video",
    (db) => listIdsOf(db, { userId: user, videoId: "v21", limit: 200 }),
    { comments: "comments_user" },
  ],
  ["all comments of a user", (db) => listCommentsOf(db, user, { limit: 100 }), { comments: "comments_user" }],
  [
    "more comments of a user",
    (db) => listCommentsOf(db, user, { limit: 100, after: { videoId: "v5", id: middle } }),
    { comments: "comments_user" },
    200,
  ],
  // A count reads what it counts.
  [
    "how many comments a video has",
    (db) => countAllComments(db, "v7"),
    { comments: "comments_seq", held_comments: "held_comments_video" },
    2_000,
  ],
  [
    "a page of all comments of a video",
    (db) => listAllComments(db, "v7", { after: 400, limit: 100 }),
    { comments: "comments_seq", users: "PRIMARY" },
  ],
  ["how many comments a user has", (db) => countCommentsOf(db, user), { comments: "comments_user" }, 2_000],
  [
    "tombstones to purge",
    (db) => listExpiredTombstones(db, 30, 500),
    { comments: "comments_deleted", videos: "PRIMARY" },
  ],
  ["a video", (db) => findVideo(db, "v7"), { videos: "PRIMARY" }],
  [
    "those of several videos that are behind",
    (db) => execute(db, behindVideosQuery(["v1", "v3", "v7", "v9"])),
    { videos: "PRIMARY", quarantined_comments: "quarantined_comments_video" },
  ],
  [
    "changes of several videos",
    (db) =>
      execute(
        db,
        changeRangesQuery(
          db,
          [1, 7, 9].map((n) => ({ id: `v${n}`, firstSeq: 996, lastSeq: 1_000 })),
        ),
      ),
    { comments: "comments_seq", users: "PRIMARY" },
  ],
  // The 484 before the edge are read and left out.
  [
    "where the windows of several videos end",
    (db) => execute(db, windowEdgesQuery(["v1", "v3", "v7"], { windowSize: 500, edgeSize: 16 })),
    { comments: "comments_live" },
    3 * 484,
  ],
  [
    "somebody else's name that looks the same",
    (db) => isLookTaken(db, user, { looks: [look(1), look(2)], days: 30 }),
    { username_looks: "PRIMARY" },
  ],
  ["names whose looks are old", (db) => lockUsersWithOldLooks(db, 1, 10), { users: "users_looks" }],
  ["no change of a user's name", (db) => secondsSinceRename(db, user), { users: "PRIMARY" }],
  ["videos", (db) => listVideoIds(db, "v5", 50), {}],
  [
    "what a user's live sessions watch",
    (db) => listWatched(db, user),
    { watched_videos: "watched_videos_user", sessions: "PRIMARY" },
  ],
  [
    "what a user's sessions watch, the newest left out",
    (db) => lockOldestWatched(db, user, 0),
    { watched_videos: "watched_videos_user" },
  ],
  [
    "whether a session watches a video",
    (db) => touchWatched(db, { session_id: user, video_id: "v0" }),
    { watched_videos: "PRIMARY" },
  ],
];

let database: TestDatabase;
let measured: ReturnType<typeof openMeasured>;

beforeAll(async () => {
  database = await createTestDatabase();
  measured = openMeasured(database.url);
  await fill(measured.db, { comments: COMMENTS, videos: VIDEOS });
});

afterAll(async () => {
  await measured.db.destroy();
  await database.drop();
});

/** Each row costs a read of its index, of its user or video, of the temporary table of a page, and of its sorting. */
const allowed = ({ returned }: Measured, more: number) => 6 * returned + 30 + more;

test.each(QUERIES.map(([name, ask, keys, more = 0]) => ({ name, ask, keys, more })))(
  "$name: by the intended index, reading about as many rows as it returns",
  async ({ name, ask, keys, more }) => {
    const found = await measured.measure(ask);
    if (process.env["PLAN_COMMENTS"]) console.log(`${name}: ${JSON.stringify(found)}`);
    expect(found.keys).toMatchObject(keys);
    expect([found.returned > 0 || name.startsWith("no "), found.reads <= allowed(found, more), found]).toEqual([
      true,
      true,
      found,
    ]);
  },
);

test("the measure notices a query that reads more than it returns", async () => {
  const found = await measured.measure((db) => sql`SELECT id FROM comments WHERE content = 'x' LIMIT 10`.execute(db));
  expect(found.keys).toEqual({ comments: null });
  expect(found.reads).toBeGreaterThan(allowed(found, 0));
});
