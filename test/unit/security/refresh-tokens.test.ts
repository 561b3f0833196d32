import { describe, expect, test } from "@jest/globals";
import { createSecretKey } from "node:crypto";
import { signRefreshToken, verifyRefreshToken } from "../../../functions/src/security/refresh-tokens.ts";

const keys = [1, 2].map((n) => ({ kid: `k${n}`, secret: createSecretKey(Buffer.alloc(32, n)) }));
const claims = { sessionId: "01968c2e-5b7a-7c3e-9a51-3d2f6b8c4e10", generation: 3 };

describe("refresh tokens", () => {
  test("a token carries its session and generation", () => {
    expect(verifyRefreshToken(keys, signRefreshToken(keys, claims))).toEqual(claims);
  });

  test("a generation always has the same token, so two tabs get the same successor", () => {
    expect(signRefreshToken(keys, claims)).toBe(signRefreshToken(keys, claims));
  });

  test("a token signed with an older key is valid as long as that key is listed", () => {
    const token = signRefreshToken([keys[1]!], claims);
    expect(verifyRefreshToken(keys, token)).toEqual(claims);
    expect(verifyRefreshToken([keys[0]!], token)).toBeUndefined();
  });

  test("a token with a changed session or generation is refused", () => {
    const token = signRefreshToken(keys, claims);
    expect(verifyRefreshToken(keys, token.replace(".3.", ".4."))).toBeUndefined();
    expect(verifyRefreshToken(keys, token.replace(/^0/, "1"))).toBeUndefined();
  });

  test.each(["", ".", "a.1.b", "x".repeat(10_000), `${claims.sessionId}.0.${"A".repeat(43)}`])(
    "%p is refused",
    (text) => {
      expect(verifyRefreshToken(keys, text)).toBeUndefined();
    },
  );
});
