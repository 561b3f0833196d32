import { beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { gzipSync } from "node:zlib";
import { MAX_BODY_BYTES } from "../../../functions/src/contract/limits.ts";
import type { Reply } from "../../support/app/client.ts";
import {
  INVALID_BODIES,
  INVALID_CONTENTS,
  INVALID_IDS,
  NOT_WHOLE_NUMBERS,
  ODD_TEXTS,
} from "../../support/app/malformed-input.ts";
import { useApp } from "../../support/app/use-app.ts";

// A moderator reaches every route that is tested here.
const app = useApp({ users: { ada: "moderator" } });
const { context } = app;
const { ada } = app.users;
const video = `v-${randomUUID()}`;
const comments = `/videos/${video}/comments`;
let id: string;
const key = () => ({ "idempotency-key": randomUUID() });

beforeAll(async () => {
  id = (await ada.post(video, "as it was")).body.comment.id;
});

/** All rows that a request could change. */
async function state(): Promise<string> {
  const tables = [
    "users",
    "videos",
    "comments",
    "held_comments",
    "comment_revisions",
    "bans",
    "reports",
    "idempotency_keys",
  ];
  const rows = await Promise.all(
    tables.map((table) => sql`SELECT * FROM ${sql.table(table)}`.execute(context.db).then(({ rows }) => [table, rows])),
  );
  // The relay moves its own marks at any time.
  return JSON.stringify(rows, (name, value: unknown) =>
    /^(applied|enqueued|attempted|updated)_|behind/.test(name) ? 0 : value,
  );
}

/** The requests that were not refused with a problem of these statuses, whether anything changed, and errors in the log. */
async function notRefused(requests: (() => Promise<Reply>)[], statuses: number[] = [400]): Promise<unknown[]> {
  const before = await state();
  const wrong: unknown[] = [];
  for (const [n, request] of requests.entries()) {
    const { status, headers, body } = await request();
    const isProblem = headers.get("content-type") === "application/problem+json" && body["status"] === status;
    if (!isProblem || !statuses.includes(status)) wrong.push([n, request.toString(), status, body]);
  }
  if ((await state()) !== before) wrong.push("something has changed");
  return [...wrong, ...context.logged.filter((line) => line.includes('"severity":"ERROR"'))];
}

describe("a refused request changes nothing", () => {
  test("content of a wrong type, ill-formed, with control characters, blank or too long, in a post and an edit", async () => {
    expect(
      await notRefused(INVALID_CONTENTS.map((content) => () => ada.call("POST", comments, { content }, key()))),
    ).toEqual([]);
    expect(
      await notRefused(
        INVALID_CONTENTS.map(
          (content) => () => ada.call("PATCH", `${comments}/${id}`, { content }, { "if-match": "*" }),
        ),
      ),
    ).toEqual([]);
    expect(
      await notRefused(
        INVALID_CONTENTS.slice(0, 9).map(
          (note) => () => ada.call("POST", `${comments}/${id}/reports`, { reason: note, note }),
        ),
      ),
    ).toEqual([]);
  });

  test("bodies that are not JSON, not an object, or have unknown fields", async () => {
    expect(await notRefused(INVALID_BODIES.map((body) => () => ada.call("POST", comments, body, key())))).toEqual([]);
    expect(
      await notRefused(INVALID_BODIES.slice(1).map((body) => () => ada.call("PATCH", `/videos/${video}`, body))),
    ).toEqual([]);
  });

  test("SQL and path probes as ids of videos, comments and users", async () => {
    const encoded = INVALID_IDS.map((probe) => (probe.includes("%") ? probe : encodeURIComponent(probe)));
    expect(
      await notRefused(
        encoded.flatMap((probe) => [
          () => ada.call("GET", `/videos/${probe}/comments`),
          () => ada.call("POST", `/videos/${probe}/comments`, { content: "x" }, key()),
          () => ada.call("GET", `/videos/${probe}/changes?after=0`),
          () => ada.call("PATCH", `/videos/${probe}`, { slow_mode_seconds: 1 }),
          () => ada.call("GET", `${comments}/${probe}`),
          () => ada.call("DELETE", `${comments}/${probe}`),
          () => ada.call("PUT", `/moderation/bans/${probe}`, {}),
          () => ada.call("DELETE", `/moderation/users/${probe}/comments`),
        ]),
        [400, 404, 405],
      ),
    ).toEqual([]);
  });

  test("queries that are unknown, repeated, nested, empty, or not a whole number", async () => {
    const numbers = NOT_WHOLE_NUMBERS.map(encodeURIComponent);
    expect(
      await notRefused(
        [
          ...numbers.flatMap((text) => [`${comments}?limit=${text}`, `/videos/${video}/changes?after=${text}`]),
          `${comments}?limit=0`,
          `${comments}?limit=101`,
          `${comments}?limit=5&limit=6`,
          `${comments}?limit[]=5`,
          `${comments}?limit[a]=5`,
          `${comments}?cursor=`,
          `${comments}?cursor=x`,
          `${comments}?cursor=${"a".repeat(5_000)}`,
          `${comments}?cursor=${id}&cursor=${id}`,
          `${comments}?__proto__=1`,
          `${comments}?unknown=1`,
          `/videos/${video}/changes`,
          `/videos/${video}/changes?after=0&after=1`,
          "/moderation/bans?cursor=x.",
          "/moderation/bans?user_id=1",
          "/moderation/reports?limit=x",
        ].map((path) => () => ada.call("GET", path)),
      ),
    ).toEqual([]);
  });

  test("malformed headers", async () => {
    expect(
      await notRefused([
        ...["x".repeat(256), "a b", "é", "a\tb"].map(
          (name) => () => ada.call("POST", comments, { content: "x" }, { "idempotency-key": name }),
        ),
        ...["1", '"', '"a', "W/1", '"a" "b"', "*,*", '"a\tb"', `"${"x".repeat(65)}"`].flatMap((tag) => [
          () => ada.call("PATCH", `${comments}/${id}`, { content: "x" }, { "if-match": tag }),
          () => ada.call("GET", comments, undefined, { "if-none-match": tag }),
          () => ada.call("DELETE", `${comments}/${id}`, undefined, { "if-match": tag }),
        ]),
        ...["-1", "x", "1.5", "1, 2", "9".repeat(16)].map(
          (seq) => () => ada.call("GET", comments, undefined, { "min-video-seq": seq }),
        ),
      ]),
    ).toEqual([]);
  });

  test("other content types, compressed bodies, and bodies over 16 KB, whatever Content-Length says", async () => {
    const body = JSON.stringify({ content: "x" });
    const post = (headers: Record<string, string>, text: string = body) =>
      ada.call("POST", comments, text, { ...key(), ...headers });
    const types = [
      "text/plain",
      "text/html",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
      "application/jsonp",
      "",
    ];
    expect(
      await notRefused(
        types.map((type) => () => post({ "content-type": type })),
        [415],
      ),
    ).toEqual([]);
    const bomb = gzipSync(JSON.stringify({ content: "x".repeat(10_000_000) }));
    expect(
      await notRefused(
        [
          () => post({ "content-encoding": "gzip" }, bomb.toString("latin1")),
          () => post({ "content-encoding": "br" }),
          () => post({ "content-encoding": "x, gzip" }),
        ],
        [415],
      ),
    ).toEqual([]);
    const large = JSON.stringify({ content: "x", pad: "x".repeat(MAX_BODY_BYTES) });
    expect(
      await notRefused(
        [
          () => post({}, large),
          () => post({ "content-length": "5" }, large),
          () => post({ "content-length": "99999999" }),
        ],
        [413],
      ),
    ).toEqual([]);
  });

  test("bans and settings with wrong values", async () => {
    const bans = [
      { ends_at: "tomorrow" },
      { ends_at: 5 },
      { ends_at: "2026-13-01T00:00:00Z" },
      { ends_at: "9999-12-31T00:00:00Z" },
      { ends_at: "2026-01-01" },
      { video_id: "a b" },
      { video_id: "" },
      { reason: "x".repeat(501) },
      { reason: "\u0000" },
      { reason: {} },
    ];
    expect(await notRefused(bans.map((ban) => () => ada.call("PUT", `/moderation/bans/${randomUUID()}`, ban)))).toEqual(
      [],
    );
    const settings = [
      { comments_open: 1 },
      { comments_open: "true" },
      { slow_mode_seconds: -1 },
      { slow_mode_seconds: 1.5 },
      { slow_mode_seconds: 86_401 },
      { slow_mode_seconds: "5" },
      { hold_for_review: null },
      { seq: 5 },
      { floor_seq: 1 },
    ];
    expect(await notRefused(settings.map((setting) => () => ada.call("PATCH", `/videos/${video}`, setting)))).toEqual(
      [],
    );
  });
});

test("any well-formed text comes back byte for byte", async () => {
  const before = await state();
  for (const text of ODD_TEXTS) {
    const posted = await ada.post(video, text);
    expect([text, posted.status]).toEqual([text, 201]);
    const read = await ada.call("GET", `${comments}/${posted.body.comment.id}`);
    expect(read.body).toMatchObject({ comment: { content: text } });
  }
  // Control for the tests above: `state` notices a change.
  expect(await state()).not.toBe(before);
});
