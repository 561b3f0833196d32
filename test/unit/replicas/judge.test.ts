import { describe, expect, test } from "@jest/globals";
import { judge } from "../../../functions/src/replicas/judge.ts";

const MAX_LAG_MS = 2_000;

/** The primary's clock is at 100,000 ms, and this process's at 5,000 ms. It last showed a heartbeat of 99,500, and before that one of 99,000. */
const primary = { databaseId: "here", beatenAt: 99_500, now: 100_000, askedAt: 5_000, previousBeatenAt: 99_000 };

function judgeReplica(shown: { beatenAt?: number; databaseId?: string; isReadOnly?: boolean; tookMs?: number }) {
  const { beatenAt = 99_500, databaseId = "here", isReadOnly = true, tookMs = 10 } = shown;
  return judge(primary, { beatenAt, databaseId, isReadOnly, answeredAt: primary.askedAt + tookMs }, MAX_LAG_MS);
}

describe("a replica is used", () => {
  test("until its heartbeat reaches the bound of lag, by the primary's clock", () => {
    // At 6,500 by this process's clock it is 101,500 on the primary at the latest, and the heartbeat 2,000 ms old.
    expect(judgeReplica({})).toEqual({ state: "usable", usableUntil: 6_500, lagMs: 0 });
  });

  test("for a shorter time the older its heartbeat is, and then with its lag", () => {
    expect(judgeReplica({ beatenAt: 98_500 })).toEqual({ state: "usable", usableUntil: 5_500, lagMs: 1_510 });
  });

  test("if a heartbeat came in while it was asked, which the primary showed a moment later", () => {
    expect(judgeReplica({ beatenAt: 100_005 })).toMatchObject({ state: "usable", usableUntil: 7_005 });
  });
});

test("a replica that lacks what the primary had at the check before, for longer than the bound, lags", () => {
  expect(judgeReplica({ beatenAt: 97_999 })).toEqual({ state: "left_out", reason: "lagging", lagMs: 2_011 });
});

test("a replica whose answer took as long as it could be used is not used", () => {
  expect(judgeReplica({ beatenAt: 98_500, tookMs: 500 })).toMatchObject({ state: "left_out", reason: "lagging" });
});

describe("when nobody renewed the heartbeat for a while", () => {
  const idle = { ...primary, beatenAt: 40_000, previousBeatenAt: 40_000 };
  const replica = { databaseId: "here", beatenAt: 40_000, isReadOnly: true, answeredAt: 5_010 };

  test("a replica with the same heartbeat is neither used nor left out", () => {
    expect(judge(idle, replica, MAX_LAG_MS)).toEqual({ state: "unproven", lagMs: 0 });
  });

  test("a replica that lacks the heartbeat of just now does not count as lagging: it had no time to get it", () => {
    const renewed = { ...idle, beatenAt: 99_999 };
    expect(judge(renewed, replica, MAX_LAG_MS)).toEqual({ state: "unproven", lagMs: 0 });
    // Control: at the next check it had.
    expect(judge({ ...renewed, previousBeatenAt: 99_999 }, replica, MAX_LAG_MS)).toMatchObject({ reason: "lagging" });
  });
});

describe("a replica is left out", () => {
  test.each([
    ["that takes writes", { isReadOnly: false }, "read_write"],
    ["of another database", { databaseId: "elsewhere" }, "foreign"],
    ["with a heartbeat from the future", { beatenAt: 100_011 }, "foreign"],
  ] as const)("%s", (_, shown, reason) => {
    expect(judgeReplica(shown)).toEqual({ state: "left_out", reason });
  });

  test("that has no heartbeat, though the primary had one at the check before", () => {
    expect(judge(primary, undefined, MAX_LAG_MS)).toEqual({ state: "left_out", reason: "lagging" });
    expect(judge({ ...primary, previousBeatenAt: undefined }, undefined, MAX_LAG_MS)).toMatchObject({
      state: "unproven",
    });
  });
});
