import type { Context as HonoContext } from "hono";
import type { Versions } from "../../services/comments/versions.ts";
import { HEADERS } from "../../contract/headers.ts";
import { integer, matching } from "../schemas/strings.ts";

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e]{0,64}"`;
/** Exported for the test that looks for superlinear expressions. */
export const TAGS = new RegExp(String.raw`^(?:\*|${TAG}(?:[ \t]*,[ \t]*${TAG}){0,31})$`);
const Tags = matching(TAGS, 'must be entity tags in double quotes, or "*"').optional();

/** For the `headers` of a route that edits, deletes or approves a comment. */
export const editHeaders = {
  [HEADERS.ifMatch]: Tags.openapi({
    description: "The `ETag` of the comment that the client has. Required to edit.",
    example: '"1"',
  }),
};

/** For the `headers` of a route that reads. */
export const readHeaders = {
  [HEADERS.ifNoneMatch]: Tags.openapi({
    description: "The `ETag` of an earlier response. If it is still current, the response is 304.",
    example: '"1-42-0"',
  }),
  [HEADERS.minVideoSeq]: integer(0).optional().openapi({
    description: "The highest `Video-Seq` that the client has seen of this video. The response is not older.",
    example: 0,
  }),
};

/** Whether the request has a token, valid or not: whoever sends it may have written. */
export function hasToken(c: Pick<HonoContext, "req">): boolean {
  return c.req.header("authorization") !== undefined;
}

/** The versions that an `If-Match` names; "any" without one. Weak tags match nothing (RFC 9110, 13.1.1). */
export function versionsOf(ifMatch: string | undefined): Versions {
  if (ifMatch === undefined || ifMatch === "*") return "any";
  return strongTags(ifMatch)
    .filter((tag) => /^\d{1,10}$/.test(tag))
    .map(Number);
}

/** Tells whether an `If-None-Match` names a tag, weak or strong (RFC 9110, 13.1.2); undefined without one. */
export function tagMatcher(ifNoneMatch: string | undefined): ((tag: string) => boolean) | undefined {
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch === "*") return () => true;
  const tags = new Set(strongTags(ifNoneMatch.replaceAll("W/", "")));
  return (tag) => tags.has(tag);
}

function strongTags(header: string): string[] {
  return Array.from(header.matchAll(/(W\/)?"([^"]*)"/g), ([, weak, tag = ""]) => (weak ? "" : tag));
}
