import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { PAGE_LIMIT } from "../../contract/limits.ts";
import { ProblemError } from "../../errors.ts";
import { CommentId } from "../schemas/ids.ts";
import { integer } from "../schemas/strings.ts";

/** A required JSON body, for a route's `request`. */
export function jsonBody<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { required: true, content: { "application/json": { schema, example } } } as const;
}

/** A JSON body that may be left out. The handler calls `requireJson`. */
export function optionalJsonBody<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { required: false, content: { "application/json": { schema, example } } } as const;
}

/**
 * Refuses a body of another type. Where the body is optional, validation takes such a request for one without a body.
 * @throws ProblemError `unsupported_media_type`
 */
export async function requireJson({ req }: Pick<Context, "req">): Promise<void> {
  const isJson = /^application\/json\b/i.test(req.header("content-type") ?? "");
  if (!isJson && (await req.text()) !== "") throw new ProblemError("unsupported_media_type");
}

/** The query of a page. Routes extend it with their filters. */
export const PageQuery = z.strictObject({
  limit: integer(1, PAGE_LIMIT.max).default(PAGE_LIMIT.default).openapi({ default: PAGE_LIMIT.default }),
  cursor: CommentId.optional().openapi({ description: "`next_cursor` of the previous page.", example: undefined }),
});
