import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.ts";

/** What the functions read: `kid:base64url` of 32 bytes each. */
type Secrets = Record<"ACCESS_TOKEN_KEYS" | "REFRESH_TOKEN_KEYS", string>;

/** The signing keys of a folder's platform, created once at random. Only their owner can read the file. */
export function readOrCreateSecrets(folder: string): Secrets {
  const file = join(folder, "secrets.json");
  if (!existsSync(file)) {
    const secrets: Secrets = { ACCESS_TOKEN_KEYS: newKey("access-1"), REFRESH_TOKEN_KEYS: newKey("refresh-1") };
    writeFileSync(file, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  }
  const text = readFileSync(file, "utf8");
  try {
    const secrets: Secrets = JSON.parse(text);
    return secrets;
  } catch (error) {
    // The parser's own message quotes the text.
    throw new Problem(`${file} is not JSON. Remove it: the next start makes new keys, and everybody signs in again.`, {
      cause: error,
    });
  }
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString("base64url")}`;
}
