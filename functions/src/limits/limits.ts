import { hash } from "node:crypto";
import { ProblemError } from "../errors.ts";
import {
  type LimitName,
  type Moment,
  type Scope,
  type Scopes,
  ALLOWANCES,
  NETWORK_FACTORS,
  SCOPES,
} from "./allowances.ts";
import type { CounterState, Counter, CounterStore } from "./counters.ts";
import { type Network, type Prefix, networksOf, PREFIXES } from "./network.ts";

export interface Limits {
  /**
   * Counts one request against the limit's allowances of this moment whose scope is given, from the narrowest to the widest; returns the
   * `RateLimit` header fields. The first that refuses ends it: wider ones are not counted then.
   * @throws ProblemError `rate_limited`
   */
  count(name: LimitName, moment: Moment, scopes: Scopes): Promise<Record<string, string>>;
  /** Counts as `count` does, and returns whether it is allowed. What it does not allow is not refused by that: the caller goes on. */
  tryCount(name: LimitName, moment: Moment, scopes: Scopes): Promise<boolean>;
  /**
   * Forgets the counts. Another instance keeps a block that it holds (`counters.ts`: of allowances of 40 and more) until its period ends.
   * Never rejects: the caller has committed what it did, and a count that stays is over after its period.
   */
  forget(name: LimitName, moment: Moment, scopes: Scopes): Promise<void>;
}

interface NamedCounter {
  /** Its name in the `RateLimit` header fields. */
  id: string;
  scope: Scope;
  /** For a scope with networks: which of them it counts. */
  prefix: Prefix;
  counter: Counter;
}

type NamedState = CounterState & { id: string };

export interface LimitEvents {
  /** Is told of each request that a limit refuses. */
  onRefused: (name: LimitName) => void;
  /** Is told when counts could not be forgotten. */
  onKept: (name: LimitName, error: unknown) => void;
}

const NO_EVENTS: LimitEvents = { onRefused: () => {}, onKept: () => {} };

/** @param scale multiplies every allowance, for tests and benchmarks, whose requests all come from one address */
export function createLimits(
  store: CounterStore,
  scale: number,
  { onRefused, onKept }: LimitEvents = NO_EVENTS,
): Limits {
  const counters = new Map<string, NamedCounter[]>();
  for (const [name, moments] of Object.entries(ALLOWANCES)) {
    for (const [moment, allowances] of Object.entries(moments)) {
      counters.set(`${name} ${moment}`, createCounters(store, name, scale, allowances));
    }
  }

  function countersFor(name: LimitName, moment: Moment, scopes: Scopes) {
    const all = counters.get(`${name} ${moment}`) ?? [];
    return all.flatMap(({ id, scope, prefix, counter }) => {
      const value = valueOf(scope, prefix, scopes);
      // A hash, so that keys have a bounded length and hold no e-mail address.
      return value === undefined ? [] : [{ id, counter, key: hash("sha256", value, "base64url") }];
    });
  }

  /** The counts of the allowances, or the refusal. */
  async function take(name: LimitName, moment: Moment, scopes: Scopes): Promise<NamedState[] | ProblemError> {
    const chosen = countersFor(name, moment, scopes);
    // If a wide allowance is known to be used up, the narrow ones are not counted either: a flood costs no access to the store.
    const known = chosen.flatMap(({ id, counter, key }) => {
      const over = counter.findOver(key);
      return over ? [{ id, ...over }] : [];
    });
    if (known.length > 0) return refusal(known, known);
    // The blocks of all of them share a round trip. A block that this request does not use stays for the next one. An allowance without
    // blocks, under 40, takes a round trip of its own unless it is the narrowest.
    for (const { counter, key } of chosen) counter.prefetch(key);
    const counts: NamedState[] = [];
    for (const { id, counter, key } of chosen) {
      const taken = { id, ...(await counter.take(key)) };
      counts.push(taken);
      if (taken.isOver) return refusal([taken], counts);
    }
    return counts;
  }

  return {
    async count(name, moment, scopes) {
      const taken = await take(name, moment, scopes);
      if (!(taken instanceof ProblemError)) return headersOf(taken);
      onRefused(name);
      throw taken;
    },
    async tryCount(name, moment, scopes) {
      return !((await take(name, moment, scopes)) instanceof ProblemError);
    },
    async forget(name, moment, scopes) {
      try {
        await Promise.all(countersFor(name, moment, scopes).map(({ counter, key }) => counter.forget(key)));
      } catch (error) {
        onKept(name, error);
      }
    },
  };
}

/** The counters of a limit at a moment, from the narrowest to the widest. */
function createCounters(
  store: CounterStore,
  name: string,
  scale: number,
  allowances: Partial<Record<Scope, { points: number; periodSeconds: number }>>,
): NamedCounter[] {
  return SCOPES.flatMap((scope) => {
    const allowance = allowances[scope];
    if (!allowance) return [];
    const factors = hasNetworks(scope) ? NETWORK_FACTORS[scope] : undefined;
    const prefixes = factors ? PREFIXES : ([64] as const);
    return prefixes.map((prefix): NamedCounter => {
      const { periodSeconds } = allowance;
      const points = Math.ceil(allowance.points * scale * (factors?.[prefix] ?? 1));
      const id = `${name}-${scope.replaceAll("_", "-")}${prefix === 64 ? "" : `-${prefix}`}`;
      // Another allowance is another counter: what was counted under a wider one would refuse people until the period ends.
      return { id, scope, prefix, counter: store({ id: `${id}-${points}`, points, periodSeconds }) };
    });
  });
}

function hasNetworks(scope: Scope): scope is keyof typeof NETWORK_FACTORS {
  return scope in NETWORK_FACTORS;
}

/** What a counter counts a request as; undefined if it does not. */
function valueOf(scope: Scope, prefix: Prefix, scopes: Scopes): string | undefined {
  if (scope === "account_source") {
    const { account_source: given } = scopes;
    const network = given && networkOf(given.address, prefix);
    return network && `${network.name} ${given.account}`;
  }
  const value = scopes[scope];
  if (value === undefined) return undefined;
  return hasNetworks(scope) ? networkOf(value, prefix)?.name : (value ?? undefined);
}

function networkOf(address: string | null, prefix: Prefix): Network | undefined {
  return networksOf(address).find((network) => network.prefix === prefix);
}

function refusal(refused: CounterState[], counts: (CounterState & { id: string })[]): ProblemError {
  const retryAfter = Math.max(1, ...refused.map(({ resetSeconds }) => resetSeconds));
  return new ProblemError("rate_limited", { retryAfter, headers: headersOf(counts) });
}

/** @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (draft 10) */
function headersOf(counts: (CounterState & { id: string })[]): Record<string, string> {
  if (counts.length === 0) return {};
  return {
    "ratelimit-policy": counts
      .map(({ id, points, periodSeconds }) => `"${id}";q=${points};w=${periodSeconds}`)
      .join(", "),
    ratelimit: counts.map(({ id, remaining, resetSeconds }) => `"${id}";r=${remaining};t=${resetSeconds}`).join(", "),
  };
}
