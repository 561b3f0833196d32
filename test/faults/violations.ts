/**
 * What must hold during the faults and after them; README.md numbers the invariants and says how each is checked.
 * - `durable`: MySQL has each acknowledged write, once.
 * - `responses`: no request fails with a 500, and an edit happens once.
 * - `answers`: no request waits for ever, writes are taken again soon after a failover, and none fails for lack of Redis.
 * - `order`: no listener sees a video go back.
 * - `mark`: MySQL marks no change as mirrored before the mirror has it.
 * - `mirror`: the mirror equals MySQL.
 * - `reads`: with a replica, a reader gets nothing older than what they name, and a writer what they wrote.
 * - `shutdown`: an instance that gets SIGTERM ends in time.
 */
export type Invariant = "durable" | "responses" | "answers" | "order" | "mark" | "mirror" | "reads" | "shutdown";

export interface Violation {
  invariant: Invariant;
  /** What was seen, with the ids that it concerns. */
  text: string;
}

export type ReportViolation = (invariant: Invariant, text: string) => void;
