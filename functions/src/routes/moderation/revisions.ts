import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/comment.ts";
import { listCommentRevisions } from "../../services/moderation/revisions.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { PageQuery } from "../http/requests.ts";
import { jsonResponse, page } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { CommentId, VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { integer } from "../schemas/strings.ts";

const Revision = z
  .object({
    version: z.number().int(),
    content: z.string(),
    since: z.iso.datetime().openapi({ description: "When this version was written." }),
  } satisfies Shape<wire.Revision>)
  .openapi("Revision");

const RevisionQuery = PageQuery.extend({
  cursor: integer(1, 1_000_000_000).optional().openapi({ description: "`next_cursor` of the previous page." }),
});

const list = route({
  method: "get",
  path: "/videos/{video_id}/comments/{comment_id}/revisions",
  operationId: "listRevisions",
  access: "moderator",
  tags: ["Moderation"],
  summary: "List what a comment said before its edits, oldest first",
  request: { params: z.object({ video_id: VideoId, comment_id: CommentId }), query: RevisionQuery },
  responses: {
    200: jsonResponse("A page of earlier versions.", page({ revisions: z.array(Revision) }).openapi("RevisionPage")),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function revisionsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter().openapi(list, async (c) => {
    const { video_id: videoId, comment_id: id } = c.req.valid("param");
    const query = c.req.valid("query");
    return c.json(await listCommentRevisions(context, c.var.principal, { videoId, id, ...query }), 200);
  });
}
