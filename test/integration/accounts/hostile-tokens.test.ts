import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import type { KeyObject } from "node:crypto";
import { createHmac } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import { Client, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let user: Client;
let anonymous: Client;

beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  anonymous = new Client((path, init) => app.request(path, init));
  user = await createUser((path, init) => app.request(path, init));
});
afterAll(() => context.close());

describe("an access token", () => {
  const claims = () => {
    const { sub, sid, did } = jwt.decode(user.session!.access_token) as { sub: string; sid: string; did: string };
    return { sub, sid, did };
  };
  const key = () => context.config.accessTokenKeys[0]!;
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

  test("control: made by hand, but rightly, is good", async () => {
    expect([await use(signed()), await use(byHand(head(), body()))]).toEqual([200, 200]);
  });

  test.each<[string, () => string]>([
    ["without an algorithm", () => `${part({ ...head(), alg: "none" })}.${part(body())}.`],
    ["with NonE", () => `${part({ ...head(), alg: "NonE" })}.${part(body())}.`],
    ["of another HMAC", () => signed({ algorithm: "HS512", header: { ...header, alg: "HS512" } })],
    ["said to be RS256", () => byHand({ ...head(), alg: "RS256" }, body())],
    ["with an unknown kid", () => signed({ keyid: "unknown" })],
    ["with a path as kid", () => byHand({ ...head(), kid: "../../dev/null" }, body(), "")],
    ["with SQL as kid", () => byHand({ ...head(), kid: "' UNION SELECT 'x" }, body(), "x")],
    ["with an object as kid", () => byHand({ ...head(), kid: { $ne: null } }, body())],
    ["with __proto__ as kid", () => byHand({ ...head(), kid: "__proto__" }, body(), "")],
    ["without a kid", () => byHand(header, body())],
    ["with a key of its own", () => byHand({ ...head(), jwk: { kty: "oct", k: "eA" }, jku: "http://x" }, body(), "x")],
    ["of another issuer", () => signed({ issuer: "another" })],
    ["for another audience", () => signed({ audience: "another" })],
    ["of another type", () => byHand({ ...head(), typ: "JWT" }, body())],
    ["that has expired", () => signed({ expiresIn: -1 })],
    ["that never expires", () => byHand(head(), { ...body(), exp: undefined })],
    ["that is not yet good", () => byHand(head(), { ...body(), nbf: Math.floor(Date.now() / 1000) + 60 })],
    ["of another's session", () => byHand(head(), { ...body(), sub: context.newId() })],
    ["without a session", () => byHand(head(), { ...body(), sid: undefined })],
    ["whose session is an object", () => byHand(head(), { ...body(), sid: { $ne: null } })],
    ["that is a refresh token", () => user.session!.refresh_token],
    ["that is a Firebase token", () => user.session!.firebase_token],
    ["that is no token", () => "x.y.z"],
  ])("%s is refused", async (_, make) => {
    expect(await use(make())).toBe(401);
  });

  test("in another scheme, twice, or in a cookie is none", async () => {
    const token = user.session!.access_token;
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

test("no text is a refresh token but those that we made", async () => {
  const { refresh_token: real, access_token, firebase_token } = user.session!;
  const [id = "", generation = "", mac = ""] = real.split(".");
  const altered = [
    access_token,
    firebase_token,
    `${id}.${Number(generation) + 1}.${mac}`,
    `${context.newId()}.${generation}.${mac}`,
    `${id}.0${generation}.${mac}`,
    `${id}.${generation}.${mac.slice(0, -1)}`,
    `${id}.${generation}.`,
    `${id}.1e0.${mac}`,
    `${id.toUpperCase()}.${generation}.${mac}`,
  ];
  for (const token of altered) {
    const reply = await anonymous.call("POST", "/sessions/refresh", { refresh_token: token });
    expect({ token, status: reply.status }).toEqual({ token, status: 401 });
  }
  expect((await user.call("GET", "/users/me")).status).toBe(200);
});
