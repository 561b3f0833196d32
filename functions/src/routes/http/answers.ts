import { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import { Comment } from "./schemas.ts";

const videoSeq = z.string().openapi({ description: "The answer is at least as new as this change of the video." });
const etag = z.string().openapi({ description: "Strong.", example: '"1"' });

/** An answer with a JSON body about a video, for the OpenAPI entry. */
export function videoAnswer<T extends z.ZodType>(description: string, schema: T) {
  return { description, headers: z.object({ "Video-Seq": videoSeq }), content: { "application/json": { schema } } };
}

/** As `videoAnswer`, with an `ETag`. */
export function taggedAnswer<T extends z.ZodType>(description: string, schema: T) {
  return {
    description,
    headers: z.object({ "Video-Seq": videoSeq, ETag: etag }),
    content: { "application/json": { schema } },
  };
}

export const commentAnswer = taggedAnswer("The comment.", z.object({ comment: Comment }));

export const notModified = {
  description: "The answer with this `ETag` still holds.",
  headers: z.object({ "Video-Seq": videoSeq, ETag: etag }),
};

/** Each answer about a video says which change it is at least as new as; one about a comment or a list says which state. */
export function about(c: HonoContext, seq: number, tag?: string | number): void {
  c.header("video-seq", String(seq));
  if (tag !== undefined) c.header("etag", `"${tag}"`);
}
