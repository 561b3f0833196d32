import { expect, test } from "@jest/globals";
import { ADMIN, identityOfCredential, identityOfToken, NOBODY } from "../../../../rtdb-server/session/credentials.ts";
import { unsignedToken } from "../../../support/rtdb.ts";

test("auth holds the user's id, the way of signing in and all claims", () => {
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
  "%j names nobody and is refused",
  (token) => {
    expect(() => identityOfToken(token)).toThrow(expect.objectContaining({ status: "invalid_token" }));
  },
);

test("owner is the administrator, unless it asks to be judged as somebody or nobody", () => {
  expect(identityOfCredential("gauth", { cred: "owner" })).toEqual(ADMIN);
  expect(identityOfCredential("gauth", { cred: "owner", authvar: { uid: "relay" } })).toEqual({
    admin: false,
    auth: { uid: "relay" },
  });
  expect(identityOfCredential("gauth", { cred: "owner", noauth: true })).toEqual(NOBODY);
  expect(() => identityOfCredential("gauth", {})).toThrow("Credential missing");
});
