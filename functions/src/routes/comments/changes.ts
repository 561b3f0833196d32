import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { listChanges } from "../../services/comments/feed.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { about, notModified, taggedAnswer } from "../http/answers.ts";
import { holderOf, ifNoneMatch, minVideoSeq } from "../http/conditions.ts";
import { createRoutes, problems } from "../http/http.ts";
import { Comment, integer, Limit, VideoId } from "../http/schemas.ts";

const Deleted = z.object({ id: z.uuid(), seq: z.number().int(), deleted: z.literal(true) }).openapi("DeletedComment");

const Changes = z
  .object({
    changes: z.array(z.union([Deleted, Comment])),
    seq: z.number().int().openapi({ description: "Where the page ends: the next `after`." }),
    up_to_date: z.boolean().openapi({ description: "Nothing has changed after `seq`." }),
  })
  .openapi("Changes");

const list = route({
  method: "get",
  path: "/videos/{video_id}/changes",
  access: "public",
  tags: ["Comments"],
  summary: "What has changed since",
  description:
    "Every comment that changed after `after`, in the order of its last change and as it now stands, deleted ones too. A client begins with the list of comments and its `seq`, and goes on from there: nothing is missed and nothing is older than what it had. Deleted comments are remembered for a time (30 days, unless configured otherwise); whoever comes later is told to read the list again.",
  request: {
    params: z.object({ video_id: VideoId }),
    query: z.strictObject({
      after: integer(0, Number.MAX_SAFE_INTEGER).openapi({
        param: { name: "after", in: "query", required: true },
        description: "The `seq` up to which the client has everything.",
        example: 0,
      }),
      limit: Limit,
    }),
    headers: z.object({ "if-none-match": ifNoneMatch, "min-video-seq": minVideoSeq }),
  },
  responses: {
    200: taggedAnswer("The changes.", Changes),
    304: notModified,
    ...problems("invalid_request", "must_refetch"),
  },
});

export function changesRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes().openapi(list, async (c) => {
    const { "if-none-match": tags, "min-video-seq": minSeq } = c.req.valid("header");
    const found = await listChanges(context, c.req.valid("param").video_id, c.req.valid("query"), {
      minSeq,
      matchesTag: holderOf(tags),
    });
    about(c, found.unchanged ? found.seq : found.videoSeq, found.tag);
    return found.unchanged ? c.body(null, 304) : c.json(found.page, 200);
  });
}
