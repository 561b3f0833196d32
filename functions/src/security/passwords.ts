import { argon2id, hash, verify } from "argon2";
import { randomBytes } from "node:crypto";
import { type HashCaller, HashQueue } from "./hash-queue.ts";

/** Computes hashes for a request that is admitted to their queue. */
export interface Hasher {
  hash(password: string): Promise<string>;
  /** Whether the password matches the hash. Without a hash it takes the same time and returns false. */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

export interface Passwords {
  /**
   * Runs a request that ends in hashes, unless too many do so already. Call it before any query, so that a refused request costs none.
   * @throws ProblemError `unavailable`
   */
  admit<T>(caller: HashCaller, work: (hasher: Hasher) => Promise<T>): Promise<T>;
  /** A hash that no password matches, for an account to which nobody can sign in. */
  hashOfNoPassword(): Promise<string>;
}

export interface HashCost {
  /** KiB. */
  memoryCost: number;
  timeCost: number;
}

/** @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const HASH_COST: HashCost = { memoryCost: 19_456, timeCost: 2 };

// The hash of no known password, in the form of all others. It is verified when there is no user, so that the response takes as long.
const DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$7QonFcNtqpAkYbMlgGUVzQ$fhhNzme1I12xq2OhUZ/90qggJHLB+vtcKk4qAKjLBBU";

/** @param cost of new hashes; less for tests, which create thousands of users */
export function createPasswords(cost = HASH_COST): Passwords {
  const options = { ...cost, type: argon2id, parallelism: 1 } as const;
  const queue = new HashQueue();
  return {
    admit: (caller, work) =>
      queue.admit(caller, (runHash) =>
        work({
          hash: (password) => runHash(() => hash(password, options)),
          verify: (passwordHash, password) =>
            runHash(async () => {
              const matches = await verify(passwordHash ?? DUMMY_HASH, password);
              return matches && passwordHash !== undefined;
            }),
        }),
      ),
    hashOfNoPassword: () =>
      queue.admit({ known: "operator" }, (runHash) => runHash(() => hash(randomBytes(32), options))),
  };
}
