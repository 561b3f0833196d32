import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/comment.ts";
import { DEFAULT_TOMBSTONE_DAYS } from "../../contract/limits.ts";
import { listChanges } from "../../services/comments/read-comments.ts";
import { type AppEnv, route } from "../http/access.ts";
import { hasToken, readHeaders, tagMatcher } from "../http/conditional.ts";
import { problems } from "../http/problem-responses.ts";
import { PageQuery } from "../http/requests.ts";
import { notModified, setVideoHeaders, taggedResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { Comment } from "../schemas/comment.ts";
import { VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { integer } from "../schemas/strings.ts";

const DeletedComment = z
  .object({
    id: z.uuid(),
    seq: z.number().int().openapi({ description: "The number of the deletion among the changes of the video." }),
    deleted: z.literal(true),
  } satisfies Shape<wire.DeletedComment>)
  .openapi("DeletedComment");

const ChangePage = z
  .object({
    changes: z.array(z.union([DeletedComment, Comment])),
    seq: z.number().int().openapi({ description: "The last change that the page covers: the next `after`." }),
    up_to_date: z.boolean().openapi({ description: "Whether there is no later change." }),
  } satisfies Shape<wire.ChangePage>)
  .openapi("ChangePage");

const list = route({
  method: "get",
  path: "/videos/{video_id}/changes",
  operationId: "listChanges",
  access: "public",
  tags: ["Comments"],
  summary: "List the changes of a video after a change number",
  description: `The comments that changed after \`after\`, in the order of their last change and as they are now; deleted ones too. A client reads the list of comments first and continues here from its \`seq\`: it misses nothing, and gets nothing older than what it has. Deleted comments stay in the feed for a limited time, ${DEFAULT_TOMBSTONE_DAYS} days by default. A client that has been away for longer gets \`must_refetch\` and reads the list again.`,
  request: {
    params: z.object({ video_id: VideoId }),
    query: PageQuery.omit({ cursor: true }).extend({
      after: integer(0).openapi({
        param: { required: true },
        description: "The `seq` up to which the client has everything.",
        example: 0,
      }),
    }),
    headers: z.object(readHeaders),
  },
  responses: {
    200: taggedResponse("A page of changes.", ChangePage),
    304: notModified,
    ...problems("invalid_request", "must_refetch"),
  },
});

export function changesRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter().openapi(list, async (c) => {
    const { "if-none-match": ifNoneMatch, "min-video-seq": minSeq } = c.req.valid("header");
    const found = await listChanges(context, c.req.valid("param").video_id, c.req.valid("query"), {
      minSeq,
      hasToken: hasToken(c),
      matchesTag: tagMatcher(ifNoneMatch),
    });
    setVideoHeaders(c, found.seq, found.tag);
    return found.unchanged ? c.body(null, 304) : c.json(found.page, 200);
  });
}
