import { describe, expect, test } from "@jest/globals";
import { createPasswords } from "../../../functions/src/security/passwords.ts";

describe("passwords", () => {
  const passwords = createPasswords();

  test("only the right password matches a hash", async () => {
    const hash = await passwords.hash("correct horse battery");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,/);
    expect(await passwords.verify(hash, "correct horse battery")).toBe(true);
    expect(await passwords.verify(hash, "correct horse batterx")).toBe(false);
  });

  test("without a hash no password matches, not even the dummy hash's own", async () => {
    expect(await passwords.verify(undefined, "no password at all")).toBe(false);
  });

  test("passwords that differ only in the last of 128 characters are different", async () => {
    const hash = await passwords.hash(`${"x".repeat(127)}a`);
    expect(await passwords.verify(hash, `${"x".repeat(127)}b`)).toBe(false);
  });

  test("if too many wait, the next one is refused with a time to retry, and the waiting ones are served", async () => {
    const crowded = createPasswords();
    const all = await Promise.allSettled(Array.from({ length: 40 }, async () => crowded.verify(undefined, "x")));
    const refused = all.filter((one) => one.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.reason).toMatchObject({ code: "unavailable", retryAfter: 1 });
    expect(all.length - refused.length).toBeGreaterThanOrEqual(32);
  });
});
