import { describe, expect, test } from "@jest/globals";
import { createPasswords } from "../../../functions/src/security/passwords.ts";

describe("passwords", () => {
  const passwords = createPasswords();
  const caller = { networks: ["203.0.113.9"] };

  test("only the right password matches a hash", async () => {
    await passwords.admit(caller, async (hasher) => {
      const hash = await hasher.hash("correct horse battery");
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,/);
      expect(await hasher.verify(hash, "correct horse battery")).toBe(true);
      expect(await hasher.verify(hash, "correct horse batterx")).toBe(false);
    });
  });

  test("without a hash no password matches, not even the dummy hash's own", async () => {
    const matches = await passwords.admit(caller, (hasher) => hasher.verify(undefined, "no password at all"));
    expect(matches).toBe(false);
  });

  test("passwords that differ only in the last of 128 characters are different", async () => {
    await passwords.admit(caller, async (hasher) => {
      const hash = await hasher.hash(`${"x".repeat(127)}a`);
      expect(await hasher.verify(hash, `${"x".repeat(127)}b`)).toBe(false);
    });
  });

  test("a hash of no password is a hash", async () => {
    expect(await passwords.hashOfNoPassword()).toMatch(/^\$argon2id\$/);
  });
});
