import { expect, test } from "@jest/globals";
import { ADMIN, SIGNED_OUT } from "../../../../rtdb-server/rules/identity.ts";
import { identityOfCredential, identityOfToken } from "../../../../rtdb-server/session/credentials.ts";
import { unsignedToken } from "../../../support/rtdb/unsigned-token.ts";

test("auth has the user id, the sign-in provider and all claims of the token", () => {
  const claims = { sub: "u1", iat: 0, exp: 3600, role: "admin", firebase: { sign_in_provider: "password" } };
  expect(identityOfToken(unsignedToken(claims))).toEqual({
    admin: false,
    auth: { uid: "u1", provider: "password", token: claims },
  });
  expect(identityOfToken(unsignedToken({ user_id: "u2", sub: "other", iat: 0, exp: 1 }))).toMatchObject({
    auth: { uid: "u2", provider: null },
  });
});

test.each(["", "x", "a.b", "a.b.c", "a.e30.", unsignedToken({ sub: "" }), unsignedToken({ sub: 5 })])(
  "the token %j has no user id and is refused",
  (token) => {
    expect(() => identityOfToken(token)).toThrow(expect.objectContaining({ status: "invalid_token" }));
  },
);

test("owner is the administrator, unless rules shall judge it as a user or as signed out", () => {
  expect(identityOfCredential("gauth", { cred: "owner" })).toEqual(ADMIN);
  expect(identityOfCredential("gauth", { cred: "owner", authvar: { uid: "relay" } })).toEqual({
    admin: false,
    auth: { uid: "relay" },
  });
  expect(identityOfCredential("gauth", { cred: "owner", noauth: true })).toEqual(SIGNED_OUT);
  expect(() => identityOfCredential("gauth", {})).toThrow("Credential missing");
});

test("a token has the expiry that it names, and the SDKs' mock tokens never expire", () => {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  expect(identityOfToken(unsignedToken({ sub: "u", iat: exp - 3600, exp }))).toMatchObject({ expiresAt: exp * 1000 });
  expect(identityOfToken(unsignedToken({ sub: "u", iat: 0, exp }))).toMatchObject({ expiresAt: exp * 1000 });
  expect(identityOfToken(unsignedToken({ sub: "u", iat: 0, exp: 3600 }))).not.toHaveProperty("expiresAt");
  expect(identityOfToken(unsignedToken({ sub: "u", exp: undefined }))).not.toHaveProperty("expiresAt");
});

test.each([
  [1_700_000_000, 1_700_003_600],
  [1, 3601],
  [0, 3601],
])("a token issued at %d that expired at %d is refused", (iat, exp) => {
  const refused = expect.objectContaining({ status: "expired_token", message: "Auth token is expired." });
  expect(() => identityOfToken(unsignedToken({ sub: "u", iat, exp }))).toThrow(refused);
});
