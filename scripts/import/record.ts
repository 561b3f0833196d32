import { z } from "zod";
import { MAX_EDITS, USERNAME_CODE_POINTS } from "../../functions/src/contract/limits.ts";
import { Content } from "../../functions/src/routes/schemas/comment.ts";
import { CommentId, UserId, VideoId } from "../../functions/src/routes/schemas/ids.ts";
import type { ImportedComment } from "../../functions/src/services/transfer/import-comments.ts";

/** MySQL keeps milliseconds. */
const Time = z.iso.datetime().regex(/:\d\d(\.\d{1,3})?Z$/, "has more than milliseconds");
/** The column takes four times as much, and each change of the comment adds one. */
const Version = z.number().int().min(1).max(1_000_000_000);

const Header = z.object({
  type: z.literal("video"),
  id: VideoId,
  comments: z.number().int().min(0),
});

const Comment = z
  .object({
    type: z.literal("comment").optional(),
    id: CommentId,
    content: Content.optional(),
    user: z.object({
      id: UserId,
      username: z
        .string()
        .min(1)
        .max(2 * USERNAME_CODE_POINTS.max),
    }),
    created_at: Time,
    updated_at: Time,
    edited_at: Time.nullable().optional(),
    // A comment as the API shows it has this one instead.
    edited: z.boolean().optional(),
    version: Version,
    held: z.literal(true).optional(),
    deleted_at: Time.optional(),
    deleted_by: UserId.nullable().optional(),
    revisions: z
      .array(z.object({ version: Version, content: Content, since: Time }))
      .max(MAX_EDITS)
      .optional(),
  })
  .superRefine(({ content, held, deleted_at, revisions = [], version }, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    const isDeleted = deleted_at !== undefined;
    if (content === undefined && !isDeleted) refuse("content", "is missing");
    if (isDeleted && (content !== undefined || held || revisions.length > 0)) {
      refuse("deleted_at", "is that of a comment with a text");
    }
    const versions = [0, ...revisions.map((revision) => revision.version), version];
    const isAscending = versions.every((version, n) => n === 0 || version > (versions[n - 1] ?? 0));
    if (!isAscending) refuse("revisions", "are not in the order of their versions, before that of the comment");
  });

/** What a line of an export is, or why it is neither of these. */
export type ParsedLine =
  { header: { id: string; comments: number } } | { comment: ImportedComment } | { problem: string };

export function parseLine(line: string): ParsedLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { problem: "is not JSON" };
  }
  const isHeader = typeof json === "object" && json !== null && "type" in json && json.type === "video";
  const parsed = isHeader ? Header.safeParse(json) : Comment.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const what = isHeader ? "is no header" : "is no comment";
    return { problem: `${what}: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(" ")}` };
  }
  if (parsed.data.type === "video") return { header: parsed.data };
  const { edited, edited_at = edited ? parsed.data.updated_at : null, ...comment } = parsed.data;
  return { comment: { ...comment, edited_at } };
}
