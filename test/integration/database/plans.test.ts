import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CompiledQuery, type Compilable } from "kysely";
import { readNewest } from "../../../functions/src/tables/comments/comment-pages.ts";
import { changesQuery, newestQuery } from "../../../functions/src/tables/comments/comments.ts";
import { type TestDatabase, createTestDatabase } from "../../support/mysql/database.ts";
import { ALL_QUERIES, unlistedFunctions } from "../../support/mysql/plans/all-queries.ts";
import { type Measured, openMeasured } from "../../support/mysql/plans/measure.ts";
import { subjectOf } from "../../support/mysql/plans/query.ts";
import { fill, setStatistics, shapes, STATISTICS, TABLES } from "../../support/mysql/plans/shapes.ts";
import { tablesWithoutIndex } from "../../support/mysql/plans/tables-without-index.ts";

// `npm run test:plans` asks of 1,000,000 comments.
const SHAPES = shapes(Number(process.env["PLAN_COMMENTS"] ?? 200_000));
const [largeVideo] = SHAPES;

/** Each row costs a read of its index, its row, its user or video, of the temporary table of a page, and of its sorting. */
const allowedReads = ({ returned, statements }: Measured) => 6 * returned + 10 * statements.length + 10;

let database: TestDatabase;
let measured: ReturnType<typeof openMeasured>;

describe.each(SHAPES)("with $name", (shape) => {
  const subject = subjectOf(shape);

  beforeAll(async () => {
    database = await createTestDatabase();
    measured = openMeasured(database.url);
    await fill(measured.db, shape);
  }, 600_000);

  afterAll(async () => {
    await measured.db.destroy();
    await database.drop();
  });

  test.each(STATISTICS)("and statistics %s, each query reads about as many rows as it returns", async (statistics) => {
    await setStatistics(measured.db, statistics);
    const all = [];
    for (const [name, run, readsByDesign] of ALL_QUERIES) {
      const found = await measured.measure((db) => run(db, subject));
      const allowed = allowedReads(found) + (readsByDesign?.(subject, statistics) ?? 0);
      all.push({ name, reads: found.reads, returned: found.returned, allowed });
    }
    expect(all.filter(({ reads, allowed }) => reads > allowed)).toEqual([]);
  });

  if (shape !== largeVideo) return;

  test("each query finds something, unless its name says no", async () => {
    const wrong: string[] = [];
    for (const [name, run] of ALL_QUERIES) {
      const { returned } = await measured.measure((db) => run(db, subject));
      if (returned > 0 === name.startsWith("no ")) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });

  test("each statement names an index of every table that it reads", async () => {
    const missing: string[] = [];
    for (const [name, run] of ALL_QUERIES) {
      const { statements } = await measured.measure((db) => run(db, subject));
      const tables = statements.flatMap((statement) => tablesWithoutIndex(statement, TABLES));
      if (tables.length > 0) missing.push(`${name}: ${tables.join(", ")}`);
    }
    expect(missing).toEqual([]);
  });

  test("the newest comments of the large video cost as many reads as those of a small one", async () => {
    const ofLarge = await measured.measure((db) => readNewest(db, subject.videoId, { limit: 20 }));
    const ofSmall = await measured.measure((db) => readNewest(db, "v1", { limit: 20 }));
    expect(ofLarge).toEqual(ofSmall);
  });

  // Controls: another index of the same video, by which the server reads all of its comments.
  test.each([
    ["the list", "comments_live", "comments_seq", () => newestQuery(measured.db, subject.videoId, { limit: 20 })],
    ["the changes", "comments_seq", "comments_live", () => changesQuery(measured.db, subject.videoId, subject.seq, 20)],
  ] satisfies [string, string, string, () => Compilable][])(
    "the measure notices that %s is not read by %s",
    async (_, index, another, build) => {
      const query = build().compile();
      const found = await measured.measure((db) =>
        db.executeQuery(CompiledQuery.raw(query.sql.replace(index, another), [...query.parameters])),
      );
      expect(found.statements[0]).toContain(`FORCE INDEX (\`${another}\`)`);
      expect(found.reads).toBeGreaterThan(allowedReads(found) + subject.commentsOfVideo / 2);
    },
  );
});

test("each function of tables/ that reads is measured", () => {
  expect(unlistedFunctions()).toEqual([]);
});

test.each([
  ["SELECT id FROM comments WHERE id = ?", ["comments"]],
  ["SELECT id FROM comments AS c WHERE id = ?", ["comments"]],
  ["SELECT 1 FROM videos FORCE INDEX (PRIMARY) LEFT JOIN comments c ON c.video_id = videos.id", ["comments"]],
  ["update `videos` as `videos` set `seq` = 1", ["videos"]],
  ["delete from `bans` where `user_id` = ?", ["bans"]],
  ["delete from `bans` using `bans` as `bans` FORCE INDEX (`PRIMARY`) where `user_id` = ?", []],
  ["INSERT INTO videos (id, seq) VALUES ? ON DUPLICATE KEY UPDATE seq = seq + 1", []],
])("in %j, the tables without an index are %j", (statement, tables) => {
  expect(tablesWithoutIndex(statement, TABLES)).toEqual(tables);
});
