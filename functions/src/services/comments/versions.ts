/** The versions that an `If-Match` header names; "any" for `*` or without the header. */
export type Versions = number[] | "any";

export function matchesVersion(version: number, versions: Versions): boolean {
  return versions === "any" || versions.includes(version);
}

/** Thrown inside a transaction to roll it back, so that it gives its change number back: the comment changed meanwhile. */
export class CommentChanged extends Error {}

/** For `catch`: turns `CommentChanged` into undefined and throws any other error again. */
export function undefinedIfChanged(error: unknown): undefined {
  if (!(error instanceof CommentChanged)) throw error;
}
