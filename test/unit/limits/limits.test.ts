import { describe, expect, test } from "@jest/globals";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { ALLOWANCES, type Scopes } from "../../../functions/src/limits/allowances.ts";
import { type CounterStore, createCounter } from "../../../functions/src/limits/counters.ts";
import { createLimits } from "../../../functions/src/limits/limits.ts";
import { networksOf } from "../../../functions/src/limits/network.ts";
import { turn } from "../../support/turn.ts";

const namesOf = (address: string) => networksOf(address).map(({ name }) => name);

describe("a source", () => {
  test("of IPv6 is its /64, its /56 and its /48, in every spelling", () => {
    const one = namesOf("2001:db8:1:2ff::1");
    expect(one).toEqual(["20010db8000102ff/64", "20010db8000102/56", "20010db80001/48"]);
    expect(namesOf("2001:0DB8:0001:02ff:ffff:ffff:ffff:ffff")).toEqual(one);
    expect(namesOf("2001:db8:1:200::1").slice(1)).toEqual(one.slice(1));
    expect(namesOf("2001:db8:1:300::1").slice(2)).toEqual(one.slice(2));
    expect(namesOf("2001:db8:2::1")[2]).not.toBe(one[2]);
  });

  test("of IPv4 is its address, also in IPv6 form", () => {
    expect(namesOf("203.0.113.9")).toEqual(["203.0.113.9"]);
    expect(namesOf("::ffff:203.0.113.9")).toEqual(["203.0.113.9"]);
  });

  test("that is unknown counts as one", () => {
    expect(networksOf(null)).toEqual(networksOf("no address"));
    expect(networksOf(null)).toHaveLength(1);
  });
});

/** Limits in memory, with a record of what the store was asked for. */
function createTestLimits(scale = 1, limiters = new Map<string, RateLimiterMemory>()) {
  const taken: string[] = [];
  const refused: string[] = [];
  const store: CounterStore = (options) =>
    createCounter(async () => {
      const { id, points, periodSeconds } = options;
      const found = limiters.get(id) ?? new RateLimiterMemory({ keyPrefix: id, points, duration: periodSeconds });
      limiters.set(id, found);
      const consume = found.consume.bind(found);
      return Object.assign(Object.create(found) as RateLimiterMemory, {
        consume: async (key: string, count: number) => {
          taken.push(id);
          // As a round trip does.
          await turn();
          return consume(key, count);
        },
      });
    }, options);
  const events = { onRefused: (name: string) => refused.push(name), onKept: () => {} };
  return { ...createLimits(store, scale, events), taken, refused };
}

/** How many of these requests are allowed, one after the other. */
async function countAllowed(count: number, request: (n: number) => Promise<unknown>): Promise<number> {
  let allowed = 0;
  for (let n = 0; n < count; n += 1) {
    try {
      await request(n);
      allowed += 1;
    } catch {
      // Refused.
    }
  }
  return allowed;
}

const signInFrom = (address: string, account: string): Scopes => ({
  account_source: { account, address },
  source: address,
  account,
  everyone: "all",
});

describe("limits", () => {
  test("count wider allowances only if all narrower ones have passed, also in a burst", async () => {
    const limits = createTestLimits();
    const narrow = ALLOWANCES.sign_in.valid.account_source.points;
    const burst = Array.from({ length: 1_000 }, () => limits.count("sign_in", "valid", signInFrom("203.0.113.1", "a")));
    const results = await Promise.allSettled(burst);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(narrow);
    // The account has lost the allowed ones only.
    const others = await countAllowed(200, (n) => limits.count("sign_in", "valid", signInFrom(`198.51.100.${n}`, "a")));
    expect(others).toBe(ALLOWANCES.sign_in.valid.account.points - narrow);
  });

  test("ask the store for all that a request needs at once, and never for a block that is not used up", async () => {
    const limits = createTestLimits();
    const flooder = { device: "d", user: "u", source: "203.0.113.1" };
    const first = limits.count("write", "arrival", flooder);
    await turn();
    expect(limits.taken.map((id) => id.split("-")[1])).toEqual(["user", "source", "device"]);
    await first;
    await countAllowed(1_000, () => limits.count("write", "arrival", flooder));
    // A request that the device's allowance refuses takes no block of a wider one.
    const blocks = limits.taken.filter((id) => id.startsWith("write-user")).length;
    expect(blocks).toBeLessThanOrEqual(Math.ceil(ALLOWANCES.write.arrival.device.points / 3) + 1);
  });

  test("take nothing from the store once a wide allowance is known to be used up", async () => {
    const limits = createTestLimits();
    const home = (n: number) => `2001:db8:1:${n.toString(16)}::1`;
    const { points } = ALLOWANCES.read.arrival.source;
    const allowed = await countAllowed(10_000, (n) => limits.count("read", "arrival", { source: home(n) }));
    expect(allowed).toBe(points * 4);
    const before = limits.taken.length;
    expect(await countAllowed(100, (n) => limits.count("read", "arrival", { source: home(20_000 + n) }))).toBe(0);
    expect(limits.taken.length).toBe(before);
  });

  test("give a whole /48 as many guesses at an account as one address", async () => {
    const limits = createTestLimits();
    const { points } = ALLOWANCES.sign_in.valid.account_source;
    const guess = (n: number) => limits.count("sign_in", "valid", signInFrom(`2001:db8:1:${n.toString(16)}::1`, "a"));
    expect(await countAllowed(1_000, guess)).toBe(points);
  });

  test("start new counts when the scale changes: what was counted under wider allowances refuses nobody", async () => {
    const limiters = new Map<string, RateLimiterMemory>();
    const register = { source: "203.0.113.1" };
    const wide = createTestLimits(1_000, limiters);
    expect(await countAllowed(1_000, () => wide.count("register", "valid", register))).toBe(1_000);
    const narrow = createTestLimits(1, limiters);
    const { points } = ALLOWANCES.register.valid.source;
    expect(await countAllowed(points + 5, () => narrow.count("register", "valid", register))).toBe(points);
  });

  test("of one device leave the user's other devices their own", async () => {
    const limits = createTestLimits();
    const post = (device: string) => limits.count("write", "arrival", { device, user: "u", source: "203.0.113.1" });
    const { device, user } = ALLOWANCES.write.arrival;
    expect(await countAllowed(500, () => post("one"))).toBe(device.points);
    expect(await countAllowed(500, () => post("two"))).toBeGreaterThanOrEqual((user.points - device.points) * 0.9);
  });

  test("of one user leave the other people at their address theirs", async () => {
    const limits = createTestLimits();
    const post = (user: string) => limits.count("write", "arrival", { device: user, user, source: "203.0.113.1" });
    await countAllowed(1_000, () => post("flooder"));
    expect(await countAllowed(30, () => post("other"))).toBe(30);
  });
});

test("a request counts as refused only if it is: not when it goes on under another allowance", async () => {
  const limits = createTestLimits();
  const known = { known_device: "d" };
  while (await limits.tryCount("sign_in", "valid", known));
  expect(await limits.tryCount("sign_in", "valid", known)).toBe(false);
  expect(limits.refused).toEqual([]);
  await expect(limits.count("sign_in", "valid", known)).rejects.toMatchObject({ code: "rate_limited" });
  expect(limits.refused).toEqual(["sign_in"]);
});
