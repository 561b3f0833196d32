import { z } from "@hono/zod-openapi";
import type * as wire from "../../contract/problems.ts";
import { PROBLEM_CODES } from "../../contract/problems.ts";
import { Comment } from "./comment.ts";
import { DependencyStates } from "./dependency-states.ts";
import type { Shape } from "./shape.ts";

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.enum(PROBLEM_CODES),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() } satisfies Shape<wire.FieldError>))
      .optional()
      .openapi({
        description:
          "What is wrong in the request. `pointer` is a JSON pointer (RFC 6901) into the body, or the name of a header or parameter.",
      }),
    current: Comment.optional(),
    dependencies: DependencyStates.optional(),
  } satisfies Shape<wire.Problem>)
  .openapi("Problem", {
    description:
      "RFC 9457, with a `code` from a closed list. `current` comes with `precondition_failed`: the comment as it is now. `dependencies` comes with `unavailable` from `GET /v1/ready`.",
  });
