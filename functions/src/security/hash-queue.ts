import { ProblemError } from "../errors.ts";
import { Rotation } from "./rotation.ts";

/**
 * Who asks for a hash. `known`: an account on a device that it knows, or a signed-in user. Of all others the networks are known, the
 * narrowest first.
 */
export type HashCaller = { known: string } | { networks: string[] };

/** What an admitted request runs its hashes with. */
export type RunHash = <T>(hash: () => Promise<T>) => Promise<T>;

// Each hash takes 19 MiB and one of libuv's four threads, which DNS look-ups need too. With the library's default of 64 MiB and no
// limit, 64 parallel sign-ins took 8.3 s and DNS starved.
const MAX_RUNNING = 4;

/**
 * How many requests may be running or waiting: of all, of one /48, and of one narrower network. A source cannot fill the queue, and a whole
 * class that signs in at once is let in within a second.
 */
export const MAX_ADMITTED = { everyone: 36, widestNetwork: 16, network: 12 } as const;
/** The same for known callers, who have a queue of their own. */
export const MAX_KNOWN = { everyone: 36, caller: 2 } as const;

/**
 * The queue for password hashes: four run at once. Known callers and others take turns; so do, among the others, the /48s and inside each its
 * narrower networks, and among the known each device or user. So a source with many hashes in the queue delays the others by one hash a turn.
 */
export class HashQueue {
  /** How many requests are admitted, by group. A group is deleted with its last request. */
  readonly #admitted = new Map<string, number>();
  readonly #waiting = new Rotation<() => void>();
  #running = 0;

  /**
   * Runs a request that ends in hashes, unless too many do so already. Call it before any query, so that a refused request costs none.
   * @throws ProblemError `unavailable`
   */
  async admit<T>(caller: HashCaller, work: (runHash: RunHash) => Promise<T>): Promise<T> {
    const { path, limits } = placeOf(caller);
    const groups = path.map((_, depth) => path.slice(0, depth + 1).join(" "));
    const isFull = groups.some((group, depth) => (this.#admitted.get(group) ?? 0) >= (limits[depth] ?? 0));
    if (isFull) throw new ProblemError("unavailable", { detail: "Too many sign-ins at the moment.", retryAfter: 1 });
    for (const group of groups) this.#count(group, 1);
    try {
      return await work((hash) => this.#run(path, hash));
    } finally {
      for (const group of groups) this.#count(group, -1);
    }
  }

  async #run<T>(path: string[], hash: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING) {
      const turn = Promise.withResolvers<void>();
      this.#waiting.add(turn.resolve, path);
      // Whoever ends passes its place on, so `#running` stays.
      await turn.promise;
    } else {
      this.#running += 1;
    }
    try {
      return await hash();
    } finally {
      const next = this.#waiting.take();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #count(group: string, change: 1 | -1): void {
    const count = (this.#admitted.get(group) ?? 0) + change;
    if (count === 0) this.#admitted.delete(group);
    else this.#admitted.set(group, count);
  }
}

/** A caller's group, subgroup and so on, with how many requests of each may be admitted. */
function placeOf(caller: HashCaller): { path: string[]; limits: number[] } {
  if ("known" in caller) return { path: ["known", caller.known], limits: [MAX_KNOWN.everyone, MAX_KNOWN.caller] };
  const { everyone, widestNetwork, network } = MAX_ADMITTED;
  const [narrowest = "", ...wider] = caller.networks;
  const widest = wider.at(-1) ?? narrowest;
  return { path: ["other", widest, narrowest], limits: [everyone, widestNetwork, network] };
}
