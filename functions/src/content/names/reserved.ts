import { SERVICE_NAME_PREFIXES } from "../../contract/account.ts";
import { looksOf } from "./skeleton.ts";

/** Names that would let somebody speak for the site, its staff or its software. */
const RESERVED_NAMES = [
  "admin",
  "admins",
  "administrator",
  "administration",
  "anonymous",
  "bot",
  "deleted",
  "everyone",
  "help",
  "me",
  "mod",
  "moderator",
  "moderators",
  "mods",
  "nobody",
  "null",
  "official",
  "operator",
  "owner",
  "root",
  "security",
  "staff",
  "support",
  "sysadmin",
  "system",
  "team",
  "undefined",
  "webmaster",
];

const reservedLooks = new Set(RESERVED_NAMES.flatMap((name) => looksOf(name)));
const prefixLooks = Object.values(SERVICE_NAME_PREFIXES).flatMap((prefix) => looksOf(prefix));

/**
 * Whether the name is reserved or looks like a reserved one; dots, hyphens and underscores make no difference, but after a service's prefix.
 */
export function isReservedName(name: string): boolean {
  return looksOf(name).some(
    (look) => reservedLooks.has(look.replaceAll(/[._-]/g, "")) || prefixLooks.some((prefix) => look.startsWith(prefix)),
  );
}

/** Whether the address is of a domain that belongs to nobody, as those of the service's own addresses do (RFC 2606). */
export function isReservedAddress(emailCanonical: string): boolean {
  return emailCanonical.endsWith(".invalid");
}
