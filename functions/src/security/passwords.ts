import { argon2id, hash, verify } from "argon2";
import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import { ProblemError } from "../errors.ts";

export interface Passwords {
  /**
   * Runs work that ends in a hash, unless too many requests do so already. Call it before any query, so that a refused request costs
   * none.
   * @throws ProblemError `unavailable`
   */
  admit<T>(work: () => Promise<T>): Promise<T>;
  /** @throws ProblemError `unavailable` if too many hashes are waiting */
  hash(password: string): Promise<string>;
  /** A hash that no password matches, for an account to which nobody can sign in. */
  hashOfNoPassword(): Promise<string>;
  /**
   * Whether the password matches the hash. Without a hash it takes the same time and returns false.
   * @throws ProblemError `unavailable` if too many hashes are waiting
   */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/** @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const ARGON2 = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// Each hash takes 19 MiB and one of libuv's four threads, which DNS look-ups need too. With the library's default of 64 MiB and no
// limit, 64 parallel sign-ins took 8.3 s and DNS starved.
const MAX_RUNNING = 4;
const MAX_WAITING = 32;

// The hash of no known password. It is verified when there is no user, so that the response takes as long.
const DUMMY_HASH = "$argon2id$v=19$m=19456,p=1,t=2$7QonFcNtqpAkYbMlgGUVzQ$fhhNzme1I12xq2OhUZ/90qggJHLB+vtcKk4qAKjLBBU";

export function createPasswords(): Passwords {
  const limit = pLimit(MAX_RUNNING);
  let admitted = 0;
  function queue<T>(work: () => Promise<T>): Promise<T> {
    if (limit.pendingCount >= MAX_WAITING) throw tooMany();
    return limit(work);
  }
  return {
    async admit(work) {
      if (admitted >= MAX_RUNNING + MAX_WAITING) throw tooMany();
      admitted += 1;
      try {
        return await work();
      } finally {
        admitted -= 1;
      }
    },
    hash: (password) => queue(() => hash(password, ARGON2)),
    hashOfNoPassword: () => queue(() => hash(randomBytes(32), ARGON2)),
    verify: (passwordHash, password) =>
      queue(async () => {
        const matches = await verify(passwordHash ?? DUMMY_HASH, password);
        return matches && passwordHash !== undefined;
      }),
  };
}

function tooMany(): ProblemError {
  return new ProblemError("unavailable", { detail: "Too many sign-ins at the moment.", retryAfter: 1 });
}
