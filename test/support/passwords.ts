import type { Passwords } from "../../functions/src/security/passwords.ts";

/** The passwords that it is given, with a count of the hashes that they cost. */
export function countHashes(passwords: Passwords): Passwords & { hashes: number } {
  const counting = {
    hashes: 0,
    admit: <T>(work: () => Promise<T>) => passwords.admit(work),
    hash(password: string) {
      counting.hashes += 1;
      return passwords.hash(password);
    },
    verify(passwordHash: string | undefined, password: string) {
      counting.hashes += 1;
      return passwords.verify(passwordHash, password);
    },
  };
  return counting;
}
