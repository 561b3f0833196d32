import { PROBLEMS } from "../../contract/problems.ts";
import { z } from "@hono/zod-openapi";

/** Valid as a key of the Realtime Database, so that a video has one name everywhere. */
export const VideoId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, "must be 1 to 128 of A-Z, a-z, 0-9, _ and -")
  .openapi({ param: { name: "video_id", in: "path" }, example: "dQw4w9WgXcQ" });

export const CommentId = z
  .uuid()
  .lowercase()
  .openapi({ param: { name: "comment_id", in: "path" }, example: "01968c2e-5b7a-7c3e-9a51-3d2f6b8c4e10" });

/** An id of ours, as a part of the path. */
export const Id = (name: string) =>
  z
    .uuid()
    .lowercase()
    .openapi({ param: { name, in: "path" }, example: "01968c2e-5b7a-7c3e-9a51-3d2f6b8c4e10" });

/** The query of a page. */
export const limit = z.coerce.number().int().min(1).max(100).default(50);
export const cursor = z
  .uuid()
  .lowercase()
  .optional()
  .openapi({ param: { name: "cursor", in: "query" }, description: "`next_cursor` of the page before." });

export const Role = z.enum(["user", "moderator", "admin"]);

export const Username = z
  .string()
  .regex(/^[\p{L}\p{N}_.-]{3,32}$/u, "must be 3 to 32 letters, digits, dots, underscores and hyphens")
  .openapi({ example: "ada" });

const wellFormed = z.string().refine((text) => text.isWellFormed(), "is not well-formed Unicode");

/** An address or a password as somebody claims to know it: any text that could be one. */
export const ClaimedEmail = wellFormed.min(1).max(254).openapi({ example: "ada@example.com" });
export const Password = wellFormed
  .min(1)
  .refine((text) => codePoints(text) <= 128, "is longer than 128 characters")
  .openapi({ example: "correct horse battery" });

/** What a client says of its device. */
export const DeviceInfo = z
  .record(wellFormed.min(1).max(32), wellFormed.max(256))
  .refine((info) => Object.keys(info).length <= 20, "has more than 20 entries")
  .openapi({ example: { name: "Ada's phone", os: "Android 16" } });

/** 8 to 128 characters, any of them, all of which count: argon2 takes what bcrypt would cut off at 72 bytes or at a NUL. */
export const NewPassword = wellFormed
  .refine((text) => codePoints(text) >= 8, "is shorter than 8 characters")
  .refine((text) => codePoints(text) <= 128, "is longer than 128 characters")
  .openapi({ description: "8 to 128 characters, none of the most common ones.", example: "correct horse battery" });

export const User = z
  .object({
    id: z.uuid(),
    email: z.email(),
    username: z.string(),
    role: Role,
    created_at: z.iso.datetime(),
  })
  .openapi("User");

const EXAMPLE = {
  id: "01968c2e-5b7a-7c3e-9a51-3d2f6b8c4e10",
  content: "What a chorus!",
  user: { id: "01968c2b-1f0e-7d62-8b1c-5a0c9e7d3f21", username: "ada" },
  created_at: "2026-11-20T18:04:05.123Z",
  updated_at: "2026-11-20T18:04:05.123Z",
  version: 1,
  seq: 42,
  edited: false,
};

export const Comment = z
  .object({
    id: z.uuid(),
    content: z.string(),
    user: z.object({ id: z.uuid(), username: z.string() }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    version: z.number().int().openapi({ description: "Goes up with each change; its `ETag` is this in quotes." }),
    seq: z.number().int().openapi({
      description: "The number of the comment's last change among the video's changes; 0 while it is held.",
    }),
    edited: z.boolean().openapi({ description: "Whether its author has changed it since it was posted." }),
    held: z
      .literal(true)
      .optional()
      .openapi({ description: "It waits for review: only its author and moderators see it." }),
  })
  .openapi("Comment", { example: EXAMPLE });

export const UserId = z
  .uuid()
  .lowercase()
  .openapi({ param: { name: "user_id", in: "path" }, example: EXAMPLE.user.id });

export const Cursor = CommentId.optional().openapi({
  param: { name: "cursor", in: "query", example: undefined },
  example: undefined,
  description: "`next_cursor` of the page before.",
});

/** A whole number in a query or a header: digits and nothing else, so that "", "1e3" and " 5" are none. */
export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .openapi({ type: "integer", minimum: min, maximum: max });
}

export const Limit = integer(1, 100).default(50);

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.enum(Object.keys(PROBLEMS)),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    current: Comment.optional().openapi({ description: "With `precondition_failed`: the comment as it now stands." }),
  })
  .openapi("Problem", {
    description: "RFC 9457. `code` is of a closed list; `errors` names what is wrong in the request.",
  });

const C0_CONTROLS = /[\u0000-\u0008\u000b-\u001f]/;

/** What MySQL's VARCHAR counts. */
function codePoints(text: string): number {
  return Array.from(text).length;
}

const isPlain = (text: string) => text.isWellFormed() && !C0_CONTROLS.test(text);

/** A note or a reason; may be empty. */
export const Text = z
  .string()
  .refine(isPlain, "has control characters or is not well-formed Unicode")
  .refine((text) => codePoints(text) <= 500, "is longer than 500 characters");

/** What a comment may say. Stored and returned as it came; escaping is the reader's. */
export const Content = z
  .string()
  .refine((text) => text.isWellFormed(), "is not well-formed Unicode")
  .refine((text) => !C0_CONTROLS.test(text), "has control characters other than line break and tab")
  .refine((text) => text.trim() !== "", "is empty")
  .refine((text) => codePoints(text) <= 2_000, "is longer than 2,000 characters")
  .openapi({ description: "1 to 2,000 Unicode code points.", example: "What a chorus!" });
