import { argon2id, hash, verify } from "argon2";
import pLimit from "p-limit";
import { ProblemError } from "../errors.ts";

export interface Passwords {
  /**
   * Runs work that will come to a hash, unless too many are at it: who is turned away costs no query either.
   * @throws ProblemError `unavailable`
   */
  admit<T>(work: () => Promise<T>): Promise<T>;
  /** @throws ProblemError `unavailable` when too many wait */
  hash(password: string): Promise<string>;
  /** Whether the password fits the hash. Without a hash it takes the same time, and the answer is no. */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/** @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const ARGON2 = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// Each hash takes 19 MiB and a thread of libuv's four, which DNS look-ups share: with the library's 64 MiB and no limit, 64
// parallel sign-ins took 8.3 s and starved them.
const AT_ONCE = 4;
const WAITING_MAX = 32;

// Of no password: verified where there is no user, so that the answer takes as long.
const DUMMY_HASH = "$argon2id$v=19$m=19456,p=1,t=2$7QonFcNtqpAkYbMlgGUVzQ$fhhNzme1I12xq2OhUZ/90qggJHLB+vtcKk4qAKjLBBU";

export function createPasswords(): Passwords {
  const limit = pLimit(AT_ONCE);
  let admitted = 0;
  function queued<T>(work: () => Promise<T>): Promise<T> {
    if (limit.pendingCount >= WAITING_MAX) throw tooMany();
    return limit(work);
  }
  return {
    async admit(work) {
      if (admitted >= AT_ONCE + WAITING_MAX) throw tooMany();
      admitted += 1;
      try {
        return await work();
      } finally {
        admitted -= 1;
      }
    },
    hash: (password) => queued(() => hash(password, ARGON2)),
    verify: (passwordHash, password) =>
      queued(async () => {
        const fits = await verify(passwordHash ?? DUMMY_HASH, password);
        return fits && passwordHash !== undefined;
      }),
  };
}

function tooMany(): ProblemError {
  return new ProblemError("unavailable", { detail: "Too many sign-ins at the moment.", retryAfter: 1 });
}
