import { describe, expect, test } from "@jest/globals";
import { createSecretKey } from "node:crypto";
import jwt from "jsonwebtoken";
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  signAccessToken,
  verifyAccessToken,
} from "../../../functions/src/security/access-tokens.ts";

const keys = [1, 2].map((n) => ({ kid: `k${n}`, secret: createSecretKey(Buffer.alloc(32, n)) }));
const now = new Date("2026-01-01T00:00:00Z");
const claims = { userId: "u1", sessionId: "s1", userDeviceId: "d1" };
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

/** A valid token with something changed. */
function forge(payload: object, options: jwt.SignOptions = {}, secret = keys[0]!.secret): string {
  const valid = { sid: "s1", did: "d1", iat: now.getTime() / 1000, exp: later(60).getTime() / 1000 };
  return jwt.sign({ ...valid, sub: "u1", iss: "live-comments", aud: "live-comments", ...payload }, secret, {
    algorithm: "HS256",
    keyid: "k1",
    ...options,
    header: { alg: "HS256", typ: "at+jwt", ...options.header },
  });
}

describe("an access token", () => {
  test("carries the user, the session and the device", () => {
    expect(verifyAccessToken(keys, signAccessToken(keys, claims, now), now)?.claims).toEqual(claims);
    expect(verifyAccessToken(keys, forge({}), now)?.claims).toEqual(claims);
  });

  test("signed with an older key is valid as long as that key is listed", () => {
    const token = signAccessToken([keys[1]!], claims, now);
    expect(verifyAccessToken(keys, token, now)?.claims).toEqual(claims);
    expect(verifyAccessToken([keys[0]!], token, now)).toBeUndefined();
  });

  test("expires after its lifetime", () => {
    const token = signAccessToken(keys, claims, now);
    expect(verifyAccessToken(keys, token, later(ACCESS_TOKEN_LIFETIME_SECONDS - 1))?.claims).toEqual(claims);
    expect(verifyAccessToken(keys, token, later(ACCESS_TOKEN_LIFETIME_SECONDS))).toBeUndefined();
  });

  test.each([
    ["another type", forge({}, { header: { alg: "HS256", typ: "JWT" } })],
    ["another issuer", forge({ iss: "someone" })],
    ["another audience", forge({ aud: "someone" })],
    ["another key under a known kid", forge({}, {}, keys[1]!.secret)],
    ["an unknown kid", forge({}, { keyid: "k9" })],
    ["another algorithm", forge({}, { algorithm: "HS512", header: { alg: "HS512", typ: "at+jwt" } })],
    ["no signature", jwt.sign({ sid: "s1", sub: "u1" }, "", { algorithm: "none", keyid: "k1" })],
    ["no session", forge({ sid: undefined })],
    ["no device", forge({ did: undefined })],
    ["no text", ""],
    ["text that is no JWT", "a.b.c"],
  ])("with %s is refused", (_what, token) => {
    expect(verifyAccessToken(keys, token, now)).toBeUndefined();
  });
});
