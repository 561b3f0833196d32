import { z } from "@hono/zod-openapi";
import { PAGE_LIMIT } from "../../contract/limits.ts";
import { CommentId } from "../schemas/ids.ts";
import { integer } from "../schemas/strings.ts";

/** A required JSON body, for a route's `request`. */
export function jsonBody<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { required: true, content: { "application/json": { schema, example } } } as const;
}

/** A JSON body that may be left out. */
export function optionalJsonBody<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { required: false, content: { "application/json": { schema, example } } } as const;
}

/** The query of a page. Routes extend it with their filters. */
export const PageQuery = z.strictObject({
  limit: integer(1, PAGE_LIMIT.max).default(PAGE_LIMIT.default).openapi({ default: PAGE_LIMIT.default }),
  cursor: CommentId.optional().openapi({ description: "`next_cursor` of the previous page.", example: undefined }),
});
