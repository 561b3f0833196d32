import { hash } from "node:crypto";
import { isIPv6 } from "node:net";
import { ProblemError } from "../errors.ts";
import type { CounterStore, Count } from "./counters.ts";

interface Allowance {
  points: number;
  /** Seconds. */
  per: number;
}

/**
 * What is allowed, by what is limited and by whom it is counted. `account` is the one that a sign-in names, known or not; one source
 * can be a school, so what is counted by source alone is wide, and what a single guesser does is narrow: `account_source`. One
 * account can be guessed at from many sources, which `account` bounds without letting one of them lock its owner out soon.
 */
export const LIMITS = {
  read: { source: { points: 1_200, per: 60 }, user: { points: 600, per: 60 }, device: { points: 600, per: 60 } },
  write: { source: { points: 240, per: 60 }, user: { points: 60, per: 60 }, device: { points: 30, per: 60 } },
  register: { source: { points: 20, per: 3_600 }, everyone: { points: 600, per: 60 } },
  // Four hashes at once take about 30 ms: `everyone` keeps one instance from doing nothing else.
  sign_in: {
    source: { points: 100, per: 900 },
    account_source: { points: 10, per: 900 },
    account: { points: 50, per: 900 },
    everyone: { points: 1_200, per: 60 },
  },
  refresh: { source: { points: 600, per: 60 }, session: { points: 30, per: 60 } },
  password: { user: { points: 10, per: 900 } },
} as const satisfies Record<string, Record<string, Allowance>>;

export type LimitName = keyof typeof LIMITS;

/** By whom a request is counted; what is not given is not counted. */
export type Subjects = Partial<
  Record<"source" | "user" | "device" | "account" | "account_source" | "session" | "everyone", string | null>
>;

export interface Limits {
  /**
   * Counts one request against every allowance of the limit whose subject is given; answers the `RateLimit` fields. Everything is
   * counted, also when one of them refuses.
   * @throws ProblemError `rate_limited`
   */
  count(name: LimitName, subjects: Subjects): Promise<Record<string, string>>;
  /** Forgets what was counted, on every instance. */
  forget(name: LimitName, subjects: Subjects): Promise<void>;
}

/** @param scale multiplies every allowance: tests and benchmarks come from one address */
export function createLimits(store: CounterStore, scale: number): Limits {
  const counters = new Map(
    Object.entries(LIMITS).map(([name, allowances]) => [
      name,
      Object.entries<Allowance>(allowances).map(([subject, { points, per }]) => {
        const id = `${name}-${subject.replaceAll("_", "-")}`;
        return { id, subject, counter: store({ id, points: Math.ceil(points * scale), per }) };
      }),
    ]),
  );

  function countersOf(name: LimitName, subjects: Subjects) {
    const given: Record<string, string | null | undefined> = subjects;
    return (counters.get(name) ?? []).flatMap(({ id, subject, counter }) => {
      const value = given[subject];
      return value === undefined || value === null ? [] : [{ id, counter, key: keyOf(subject, value) }];
    });
  }

  return {
    async count(name, subjects) {
      const counted = await Promise.all(
        countersOf(name, subjects).map(async ({ id, counter, key }) => ({ id, ...(await counter.take(key)) })),
      );
      const headers = fields(counted);
      const refused = counted.filter(({ isOver }) => isOver);
      if (refused.length === 0) return headers;
      const retryAfter = Math.max(1, ...refused.map(({ resetAfter }) => resetAfter));
      throw new ProblemError("rate_limited", { retryAfter, headers });
    },
    async forget(name, subjects) {
      await Promise.all(countersOf(name, subjects).map(({ counter, key }) => counter.forget(key)));
    },
  };
}

/** @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (10) */
function fields(counted: (Count & { id: string })[]): Record<string, string> {
  if (counted.length === 0) return {};
  return {
    "ratelimit-policy": counted.map(({ id, points, per }) => `"${id}";q=${points};w=${per}`).join(", "),
    ratelimit: counted.map(({ id, left, resetAfter }) => `"${id}";r=${left};t=${resetAfter}`).join(", "),
  };
}

// Keys hold no address of e-mail and have a bounded length. Who has one IPv6 address has the 2^64 of its network.
function keyOf(subject: string, value: string): string {
  const text = subject === "source" ? networkOf(value) : value;
  return hash("sha256", text, "base64url");
}

/** The network that one person can be taken to have: of an IPv6 address its first 64 bits. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
