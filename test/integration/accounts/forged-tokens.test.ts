import { describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { createHmac, type KeyObject } from "node:crypto";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { user: "user" } });
const { user } = app.users;
const { anonymous } = app;

describe("an access token", () => {
  const claims = () => {
    const { sub, sid, did } = jwt.decode(user.accessToken) as { sub: string; sid: string; did: string };
    return { sub, sid, did };
  };
  const key = () => app.context.config.accessTokenKeys[0]!;
  const header = { alg: "HS256" as const, typ: "at+jwt" };
  const signed = (overrides: jwt.SignOptions = {}, more: object = {}) =>
    jwt.sign({ ...claims(), ...more }, key().secret, {
      algorithm: "HS256",
      issuer: "live-comments",
      audience: "live-comments",
      expiresIn: 60,
      keyid: key().kid,
      header,
      ...overrides,
    });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const byHand = (head: object, body: object, secret: KeyObject | Buffer | string = key().secret) => {
    const text = `${part(head)}.${part(body)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const use = async (token: string) =>
    (await anonymous.call("GET", "/users/me", undefined, { authorization: `Bearer ${token}` })).status;
  const body = () => ({
    ...claims(),
    iss: "live-comments",
    aud: "live-comments",
    exp: Math.floor(Date.now() / 1000) + 60,
  });
  const head = () => ({ ...header, kid: key().kid });

  test("control: signed correctly by hand is accepted", async () => {
    expect([await use(signed()), await use(byHand(head(), body()))]).toEqual([200, 200]);
  });

  test.each<[string, () => string]>([
    ["without an algorithm", () => `${part({ ...head(), alg: "none" })}.${part(body())}.`],
    ["with the algorithm NonE", () => `${part({ ...head(), alg: "NonE" })}.${part(body())}.`],
    ["with another HMAC", () => signed({ algorithm: "HS512", header: { ...header, alg: "HS512" } })],
    ["that claims to be RS256", () => byHand({ ...head(), alg: "RS256" }, body())],
    ["with an unknown kid", () => signed({ keyid: "unknown" })],
    ["with a path as kid", () => byHand({ ...head(), kid: "../../dev/null" }, body(), "")],
    ["with SQL as kid", () => byHand({ ...head(), kid: "' UNION SELECT 'x" }, body(), "x")],
    ["with an object as kid", () => byHand({ ...head(), kid: { $ne: null } }, body())],
    ["with __proto__ as kid", () => byHand({ ...head(), kid: "__proto__" }, body(), "")],
    ["without a kid", () => byHand(header, body())],
    [
      "that brings its own key",
      () => byHand({ ...head(), jwk: { kty: "oct", k: "eA" }, jku: "http://x" }, body(), "x"),
    ],
    ["from another issuer", () => signed({ issuer: "another" })],
    ["for another audience", () => signed({ audience: "another" })],
    ["of another type", () => byHand({ ...head(), typ: "JWT" }, body())],
    ["that has expired", () => signed({ expiresIn: -1 })],
    ["that never expires", () => byHand(head(), { ...body(), exp: undefined })],
    ["that is not valid yet", () => byHand(head(), { ...body(), nbf: Math.floor(Date.now() / 1000) + 60 })],
    ["for another user's session", () => byHand(head(), { ...body(), sub: app.context.newId() })],
    ["without a session", () => byHand(head(), { ...body(), sid: undefined })],
    ["whose session is an object", () => byHand(head(), { ...body(), sid: { $ne: null } })],
    ["that is a refresh token", () => user.refreshToken],
    ["that is a Firebase token", () => user.firebaseToken],
    ["that is not a token", () => "x.y.z"],
  ])("%s is refused", async (_, make) => {
    expect(await use(make())).toBe(401);
  });

  test("is ignored in another scheme, twice in the header, or in a cookie", async () => {
    const token = user.accessToken;
    for (const authorization of [
      `Basic ${token}`,
      token,
      `Bearer ${token} ${token}`,
      "Bearer",
      "Bearer  ",
      `Bearer ${token}, Bearer x`,
    ]) {
      expect((await anonymous.call("GET", "/users/me", undefined, { authorization })).status).toBe(401);
    }
    expect((await anonymous.call("GET", "/users/me", undefined, { cookie: `access_token=${token}` })).status).toBe(401);
  });
});

test("an altered refresh token is refused, and so is a token of another kind", async () => {
  const [id = "", generation = "", mac = ""] = user.refreshToken.split(".");
  const altered = [
    user.accessToken,
    user.firebaseToken,
    `${id}.${Number(generation) + 1}.${mac}`,
    `${app.context.newId()}.${generation}.${mac}`,
    `${id}.0${generation}.${mac}`,
    `${id}.${generation}.${mac.slice(0, -1)}`,
    `${id}.${generation}.`,
    `${id}.1e0.${mac}`,
    `${id.toUpperCase()}.${generation}.${mac}`,
  ];
  for (const token of altered) {
    const { status } = await user.refresh(token);
    expect({ token, status }).toEqual({ token, status: 401 });
  }
  expect(await user.isSignedIn()).toBe(true);
});
