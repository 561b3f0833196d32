import { z } from "@hono/zod-openapi";
import type { Versions } from "../../services/comments/versions.ts";
import { integer } from "./schemas.ts";

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e]{0,64}"`;
const tags = new RegExp(String.raw`^(?:\*|${TAG}(?:[ \t]*,[ \t]*${TAG}){0,31})$`);
const Tags = z.string().regex(tags, 'must be entity tags in double quotes, or "*"').optional();

export const ifMatch = Tags.openapi({
  description: "The `ETag` of the comment as the client has it. Required to edit.",
  example: '"1"',
});

export const ifNoneMatch = Tags.openapi({
  description: "The `ETag` of an earlier answer; 304 when it still holds.",
});

export const minVideoSeq = integer(0, Number.MAX_SAFE_INTEGER)
  .optional()
  .openapi({ description: "The highest `Video-Seq` that the client has seen of this video: the answer is not older." });

/** The versions that an `If-Match` names; "any" without one. Weak tags match nothing (RFC 9110, 13.1.1). */
export function versionsOf(header: string | undefined): Versions {
  if (header === undefined || header === "*") return "any";
  return strongTags(header)
    .filter((tag) => /^\d{1,10}$/.test(tag))
    .map(Number);
}

/** Whether an `If-None-Match` names a tag; weak and strong alike (RFC 9110, 13.1.2). */
export function holderOf(header: string | undefined): ((tag: string) => boolean) | undefined {
  if (header === undefined) return undefined;
  if (header === "*") return () => true;
  const held = new Set(strongTags(header.replaceAll("W/", "")));
  return (tag) => held.has(tag);
}

function strongTags(header: string): string[] {
  return Array.from(header.matchAll(/(W\/)?"([^"]*)"/g), ([, weak, tag = ""]) => (weak ? "" : tag));
}
