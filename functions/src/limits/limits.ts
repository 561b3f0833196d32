import { hash } from "node:crypto";
import { ProblemError } from "../errors.ts";
import { type LimitName, type Subjects, ALLOWANCES } from "./allowances.ts";
import type { Count, Counter, CounterStore } from "./counters.ts";
import { networkOf } from "./network.ts";

export interface Limits {
  /**
   * Counts one request against every allowance of the limit whose subject is given; returns the `RateLimit` header fields. Every
   * allowance is counted, even when one of them refuses.
   * @throws ProblemError `rate_limited`
   */
  count(name: LimitName, subjects: Subjects): Promise<Record<string, string>>;
  /** Forgets the counts, on every instance. */
  forget(name: LimitName, subjects: Subjects): Promise<void>;
}

interface NamedCounter {
  id: string;
  subject: string;
  counter: Counter;
}

/** @param scale multiplies every allowance, for tests and benchmarks, whose requests all come from one address */
export function createLimits(store: CounterStore, scale: number): Limits {
  const counters = new Map(
    Object.entries(ALLOWANCES).map(([name, allowances]): [string, NamedCounter[]] => {
      const ofLimit = Object.entries(allowances).map(([subject, { points, periodSeconds }]) => {
        const id = `${name}-${subject.replaceAll("_", "-")}`;
        return { id, subject, counter: store({ id, points: Math.ceil(points * scale), periodSeconds }) };
      });
      return [name, ofLimit];
    }),
  );

  function countersFor(name: LimitName, subjects: Subjects) {
    const given: Record<string, string | null | undefined> = subjects;
    return (counters.get(name) ?? []).flatMap(({ id, subject, counter }) => {
      const value = given[subject];
      return value === undefined || value === null ? [] : [{ id, counter, key: keyOf(subject, value) }];
    });
  }

  return {
    async count(name, subjects) {
      const counts = await Promise.all(
        countersFor(name, subjects).map(async ({ id, counter, key }) => ({ id, ...(await counter.take(key)) })),
      );
      const headers = headersOf(counts);
      const refused = counts.filter(({ isOver }) => isOver);
      if (refused.length === 0) return headers;
      const retryAfter = Math.max(1, ...refused.map(({ resetSeconds }) => resetSeconds));
      throw new ProblemError("rate_limited", { retryAfter, headers });
    },
    async forget(name, subjects) {
      await Promise.all(countersFor(name, subjects).map(({ counter, key }) => counter.forget(key)));
    },
  };
}

/** @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (draft 10) */
function headersOf(counts: (Count & { id: string })[]): Record<string, string> {
  if (counts.length === 0) return {};
  return {
    "ratelimit-policy": counts
      .map(({ id, points, periodSeconds }) => `"${id}";q=${points};w=${periodSeconds}`)
      .join(", "),
    ratelimit: counts.map(({ id, remaining, resetSeconds }) => `"${id}";r=${remaining};t=${resetSeconds}`).join(", "),
  };
}

/** A hash, so that keys have a bounded length and hold no e-mail address. */
function keyOf(subject: string, value: string): string {
  return hash("sha256", subject === "source" ? networkOf(value) : value, "base64url");
}
