import type { Comment } from "../../src/index.ts";
import { mentions } from "./text-parts.ts";

/** Comments of one person within this time are one group. */
const GROUP_MS = 120_000;
/** A comment that was posted a shorter time ago is new to the reader. */
const FRESH_MS = 10_000;

interface Facts {
  createdAt: number;
  /** Whether it mentions this user. */
  mention: { username: string; isIt: boolean } | undefined;
}

/** What is computed once for a comment, because the stream is drawn ten times a second while comments arrive. */
const known = new WeakMap<Comment, Facts>();

function factsOf(comment: Comment): Facts {
  let facts = known.get(comment);
  if (!facts) {
    facts = { createdAt: Date.parse(comment.created_at), mention: undefined };
    known.set(comment, facts);
  }
  return facts;
}

/** Whether a comment is shown as one group with the one before it. */
export function isGrouped(before: Comment | undefined, comment: Comment): boolean {
  if (before?.user.id !== comment.user.id || before.held || comment.held) return false;
  return factsOf(comment).createdAt - factsOf(before).createdAt < GROUP_MS;
}

export function isFresh(comment: Comment): boolean {
  return Date.now() - factsOf(comment).createdAt < FRESH_MS;
}

export function isMention(comment: Comment, username: string): boolean {
  const facts = factsOf(comment);
  if (facts.mention?.username !== username) {
    facts.mention = { username, isIt: mentions(comment.content, username) };
  }
  return facts.mention.isIt;
}
