import { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type * as wire from "../../contract/comment.ts";
import { HEADERS } from "../../contract/headers.ts";
import { Comment } from "../schemas/comment.ts";
import type { Shape } from "../schemas/shape.ts";

/** A response with a JSON body, for a route's `responses`. */
export function jsonResponse<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } };
}

/** A response without a body, for a route's `responses`. */
export function noContent(description: string) {
  return { description };
}

/** The schema of a page: its items, under their own name, and the cursor of the next page. */
export function page<F extends z.ZodRawShape>(fields: F) {
  return z.object({
    ...fields,
    next_cursor: z.string().nullable().openapi({ description: "Null on the last page." }),
  });
}

const videoSeq = z.string().openapi({
  description: "The response is at least as new as this change of the video.",
  example: "42",
});
const etag = z.string().openapi({ description: "Strong.", example: '"1"' });

/** As `jsonResponse`, about a video. The handler calls `setVideoHeaders`. */
export function videoResponse<S extends z.ZodType>(description: string, schema: S) {
  return { ...jsonResponse(description, schema), headers: z.object({ [HEADERS.videoSeq]: videoSeq }) };
}

/** As `noContent`, about a video. The handler calls `setVideoHeaders`. */
export const videoNoContent = (description: string) => ({
  ...noContent(description),
  headers: z.object({ [HEADERS.videoSeq]: videoSeq }),
});

const taggedHeaders = z.object({ [HEADERS.videoSeq]: videoSeq, etag });

/** As `videoResponse`, with an `ETag`. */
export function taggedResponse<S extends z.ZodType>(description: string, schema: S) {
  return { ...jsonResponse(description, schema), headers: taggedHeaders };
}

export const commentResponse = taggedResponse(
  "The comment.",
  z.object({ comment: Comment } satisfies Shape<wire.CommentResponse>).openapi("CommentResponse"),
);

const location = z.string().openapi({ description: "The comment's path.", example: "/v1/videos/welcome/comments/…" });

/** Of the route that posts. The handler sets `Location`. */
export const postedResponse = { ...commentResponse, headers: taggedHeaders.extend({ location }) };

/** For routes that accept `If-None-Match`. */
export const notModified = { ...noContent("The response with this `ETag` is still current."), headers: taggedHeaders };

/** Sends a body that is JSON already. What it says is the caller's promise: the compiler cannot see it. */
export function writtenJson(c: HonoContext, json: string): Response {
  return c.body(json, 200, { "content-type": "application/json" });
}

/**
 * Lets a CDN keep a response that every signed-out reader gets, for some seconds. A request with a token, or with a change number that it
 * has seen, has another cache key, and gets its response from us.
 */
export function allowCdn(c: HonoContext, seconds: number): void {
  const isSameForEverybody = ["authorization", HEADERS.minVideoSeq].every((name) => c.req.header(name) === undefined);
  if (seconds === 0 || !isSameForEverybody) return;
  c.header("cache-control", `public, max-age=0, s-maxage=${seconds}`);
  c.header("vary", `authorization, ${HEADERS.minVideoSeq}`, { append: true });
  // They say what this reader has left.
  for (const name of ["ratelimit", "ratelimit-policy"]) c.header(name, undefined);
}

/** Sets `Video-Seq`, the change that the response is at least as new as, and the `ETag` if there is one. */
export function setVideoHeaders(c: HonoContext, seq: number, tag?: string | number): void {
  c.header(HEADERS.videoSeq, String(seq));
  if (tag !== undefined) c.header("etag", `"${tag}"`);
}
