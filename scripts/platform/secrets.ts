import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Signing keys of this folder's platform, `kid:base64url` of 32 random bytes each; made once, readable by its owner only. */
export function secretsIn(folder: string): Record<"ACCESS_TOKEN_KEYS" | "REFRESH_TOKEN_KEYS", string> {
  const file = join(folder, "secrets.json");
  if (!existsSync(file)) {
    const secrets = { ACCESS_TOKEN_KEYS: newKey("access-1"), REFRESH_TOKEN_KEYS: newKey("refresh-1") };
    writeFileSync(file, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  }
  const secrets: ReturnType<typeof secretsIn> = JSON.parse(readFileSync(file, "utf8"));
  return secrets;
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString("base64url")}`;
}
