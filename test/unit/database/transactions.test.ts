import { describe, expect, test } from "@jest/globals";
import { withRetries } from "../../../functions/src/database/transactions.ts";

describe("a transaction that meets another one", () => {
  test.each([
    ["a deadlock, which ends at once, is tried six times", 1213, 6],
    ["a lock timeout, which takes seconds, is tried twice", 1205, 2],
    ["anything else is tried once", 1062, 1],
  ])("%s", async (_, errno, expected) => {
    let tries = 0;
    const transaction = async () => {
      tries += 1;
      throw Object.assign(new Error("refused"), { errno, code: CODES[errno] });
    };
    await expect(withRetries(transaction)).rejects.toThrow("refused");
    expect(tries).toBe(expected);
  });
});

const CODES: Record<number, string> = { 1213: "ER_LOCK_DEADLOCK", 1205: "ER_LOCK_WAIT_TIMEOUT", 1062: "ER_DUP_ENTRY" };
