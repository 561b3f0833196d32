import { createHmac, timingSafeEqual } from "node:crypto";
import type { SigningKey } from "../config.ts";

/** An account on a device on which it has signed in. */
export interface KnownDevice {
  /** Our id of the account's device. */
  userDeviceId: string;
  /** The account's canonical e-mail address. */
  email: string;
}

/**
 * Signs `device id . HMAC-SHA-256`: proof that this account has signed in on this device. It gives no access: who shows it may try
 * passwords though others have used up the attempts. The client's own id of a device is no proof, because clients choose it.
 * @see https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export function signDeviceToken(keys: SigningKey[], device: KnownDevice): string {
  const [key] = keys;
  if (!key) throw new Error("no key for device tokens");
  return `${device.userDeviceId}.${macOf(key, device).toString("base64url")}`;
}

/** Our id of the device that one of the tokens proves for this account; undefined if none does. */
export function findKnownDevice(keys: SigningKey[], tokens: string[], email: string): string | undefined {
  for (const token of tokens) {
    const [, userDeviceId = "", mac = ""] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(token) ?? [];
    const claimed = Buffer.from(mac, "base64url");
    const isSigned = (key: SigningKey) => {
      const expected = macOf(key, { userDeviceId, email });
      return claimed.length === expected.length && timingSafeEqual(claimed, expected);
    };
    if (keys.some(isSigned)) return userDeviceId;
  }
  return undefined;
}

function macOf(key: SigningKey, { userDeviceId, email }: KnownDevice): Buffer {
  return createHmac("sha256", key.secret).update(`device.${userDeviceId}.${email}`).digest();
}
