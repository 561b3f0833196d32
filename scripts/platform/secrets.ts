import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the functions read: `kid:base64url` of 32 bytes each. */
type Secrets = Record<"ACCESS_TOKEN_KEYS" | "REFRESH_TOKEN_KEYS", string>;

/** The signing keys of a folder's platform, created once at random. Only their owner can read the file. */
export function readOrCreateSecrets(folder: string): Secrets {
  const file = join(folder, "secrets.json");
  if (!existsSync(file)) {
    const secrets: Secrets = { ACCESS_TOKEN_KEYS: newKey("access-1"), REFRESH_TOKEN_KEYS: newKey("refresh-1") };
    writeFileSync(file, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  }
  const secrets: Secrets = JSON.parse(readFileSync(file, "utf8"));
  return secrets;
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString("base64url")}`;
}
