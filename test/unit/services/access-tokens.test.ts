import { describe, expect, test } from "@jest/globals";
import { createSecretKey } from "node:crypto";
import jwt from "jsonwebtoken";
import { ACCESS_TOKEN_LIFETIME, createAccessTokens } from "../../../functions/src/security/access-tokens.ts";

const keys = [1, 2].map((n) => ({ kid: `k${n}`, secret: createSecretKey(Buffer.alloc(32, n)) }));
const now = new Date("2026-01-01T00:00:00Z");
const claims = { userId: "u1", sessionId: "s1", deviceId: "d1" };
const tokens = createAccessTokens(keys);
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

/** A token of ours, with something changed. */
function forge(payload: object, options: jwt.SignOptions = {}, secret = keys[0]!.secret): string {
  const good = { sid: "s1", did: "d1", iat: now.getTime() / 1000, exp: later(60).getTime() / 1000 };
  return jwt.sign({ ...good, sub: "u1", iss: "live-comments", aud: "live-comments", ...payload }, secret, {
    algorithm: "HS256",
    keyid: "k1",
    ...options,
    header: { alg: "HS256", typ: "at+jwt", ...options.header },
  });
}

describe("access tokens", () => {
  test("a token says for whom and for which session it was made", () => {
    expect(tokens.verify(tokens.sign(claims, now), now)).toEqual(claims);
    expect(tokens.verify(forge({}), now)).toEqual(claims);
  });

  test("a token made under an older key is good while that key is listed, and no longer", () => {
    const token = createAccessTokens([keys[1]!]).sign(claims, now);
    expect(tokens.verify(token, now)).toEqual(claims);
    expect(createAccessTokens([keys[0]!]).verify(token, now)).toBeUndefined();
  });

  test("a token ends after its lifetime, though it was good a second ago", () => {
    const token = tokens.sign(claims, now);
    expect(tokens.verify(token, now)).toEqual(claims);
    expect(tokens.verify(token, later(ACCESS_TOKEN_LIFETIME - 1))).toEqual(claims);
    expect(tokens.verify(token, later(ACCESS_TOKEN_LIFETIME))).toBeUndefined();
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
    ["no text at all", ""],
    ["no JWT", "a.b.c"],
  ])("a token with %s is refused", (_what, token) => {
    expect(tokens.verify(token, now)).toBeUndefined();
  });
});
