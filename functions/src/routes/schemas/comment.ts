import { z } from "@hono/zod-openapi";
import type * as wire from "../../contract/comment.ts";
import { hasVisible } from "../../content/text.ts";
import { MAX_CONTENT_LENGTH, MAX_LINE_BREAKS } from "../../contract/limits.ts";
import { EXAMPLE_COMMENT_ID, EXAMPLE_USER_ID } from "./ids.ts";
import type { Shape } from "./shape.ts";
import { plainText } from "./strings.ts";

/** What a comment says. Stored and returned as it was sent; escaping is up to whoever shows it. */
export const Content = plainText({ max: MAX_CONTENT_LENGTH })
  .refine(hasVisible, "has nothing that can be seen")
  .openapi({
    minLength: 1,
    description: `Something in it can be seen. At most ${MAX_LINE_BREAKS} line breaks. Bidirectional controls are closed on their line.`,
    example: "What a chorus!",
  });

const EXAMPLE: wire.Comment = {
  id: EXAMPLE_COMMENT_ID,
  content: "What a chorus!",
  user: { id: EXAMPLE_USER_ID, username: "ada" },
  created_at: "2026-11-20T18:04:05.123Z",
  updated_at: "2026-11-20T18:04:05.123Z",
  version: 1,
  seq: 42,
  edited: false,
};

export const Comment = z
  .object({
    id: z.uuid().openapi({ description: "A UUIDv7: ids sort in the order of posting." }),
    content: z.string(),
    user: z.object({
      id: z.uuid(),
      username: z.string(),
      role: z
        .enum(["moderator", "admin"])
        .optional()
        .openapi({ description: "Of moderators and admins. After a change of the role, it is right within minutes." }),
    } satisfies Shape<wire.Author>),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    version: z.number().int().openapi({
      description: "Goes up with each change of the comment. Its `ETag` is this number in quotes.",
    }),
    seq: z.number().int().openapi({
      description: "The number of the comment's last change among the changes of its video; 0 while it is held.",
    }),
    edited: z.boolean().openapi({ description: "Whether the author has changed it since it was posted." }),
    held: z
      .literal(true)
      .optional()
      .openapi({ description: "Held for review: only its author and moderators see it." }),
  } satisfies Shape<wire.Comment>)
  .openapi("Comment", { example: EXAMPLE });
