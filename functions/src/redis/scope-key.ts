import { createHash } from "node:crypto";

/** The beginning of the keys of those that name the same scope: several installations may share one Redis. */
export function scopeKey(scope: string[]): string {
  return createHash("sha256").update(JSON.stringify(scope)).digest("base64url").slice(0, 16);
}
