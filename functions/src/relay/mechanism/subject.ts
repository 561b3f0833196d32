import type { ZodType } from "zod";
import type { Backlog } from "../../contract/operation.ts";
import type { ChangeRange } from "../../tables/sync/change-range.ts";

/**
 * A kind of subject: videos, users or audiences. This is all that tasks and the sweep need to know of it; one subject is named by its id.
 * Every function may run twice at once, late, or for nothing.
 */
export interface SubjectKind {
  /** The kind, which metrics, alerts and log entries show as their attribute `subject`. */
  readonly name: "videos" | "users" | "audiences";
  /** The field that holds an id in tasks and log entries. */
  readonly idField: "video_id" | "user_id";
  /** What an id looks like. A task with anything else is dropped. */
  readonly idSchema: ZodType<string>;

  /**
   * Relays the subject alone, for tasks and sweeps: what was committed before the call, and what asked for no task of its own because one
   * was pending.
   * @throws RealtimeError
   */
  relay(id: string): Promise<void>;

  /** Takes up to `limit` ids that are behind and that no task or sweep tried for `idleSeconds`, and marks them as attempted. */
  takeBehind(idleSeconds: number, limit: number): Promise<string[]>;
  /** Notes that a task tries the subject now, for `takeBehind`. */
  markAttempted?(id: string): Promise<void>;
  readBacklog(): Promise<Backlog>;
  /** What else a sweep does for this kind of subject. The sweep logs a failure and goes on. */
  afterSweep?(): Promise<void>;
}

/** A kind of subject that is mirrored: videos or users. Its changes are in MySQL, and `applied_seq` says how far the mirror came. */
export interface MirroredKind extends SubjectKind, RelaySteps {
  /**
   * Relays several subjects in one update. Returns the ids that have to be relayed alone. Without it, each subject is relayed alone.
   * @param onMirrored called with the ids whose changes the mirror holds, before MySQL has the mark of it (`applied_seq`)
   * @throws RealtimeError
   */
  relayBatch?(committed: ChangeRange[], onMirrored: (ids: string[]) => void): Promise<string[]>;
  /**
   * How many viewers of the subject are present, as counted last; signed-out listeners are not counted. Without it, they count as few. The
   * inline relay updates a large audience less often.
   */
  viewersOf?(id: string): number;

  /**
   * Remembers for which changes a task is pending. Without it, a change that is not relayed inline gets a task that is enqueued after it.
   */
  pendingTasks?: PendingTasks;

  /** Compares the mirror with MySQL; with `repair`, relays what differs. @throws RealtimeError */
  reconcile(id: string, options: { repair: boolean }): Promise<Comparison>;
  /** Ids that a round compares at most while it finds no drift. The Realtime Database bills what is read. */
  readonly reconcilePageSize: number;
  /** The ids compared longest ago, none within `idleSeconds`. */
  listUnreconciled(idleSeconds: number, limit: number): Promise<string[]>;
  markReconciled(id: string): Promise<void>;
  /** A page of all ids, in their order. */
  listIds(afterId: string, limit: number): Promise<string[]>;
}

/** How one subject is relayed alone, step by step (`steps.ts`). */
export interface RelaySteps {
  /** The number of the last change, if the mirror is behind. */
  findLastSeqIfBehind(id: string): Promise<number | undefined>;
  /**
   * Makes one update of the mirror from what MySQL says now. Returns undefined when there is nothing more to do, else a
   * lower bound of the change that the mirror holds, since another run may have been faster. The caller steps again until it has what it
   * needs.
   * @throws RealtimeError
   */
  relayStep(id: string): Promise<number | undefined>;
}

export interface PendingTasks {
  /** Whether a young task is pending that will see all changes made so far. */
  has(id: string): Promise<boolean>;
  /** Notes that a task was enqueued for the changes up to `seq`. */
  note(id: string, seq: number): Promise<void>;
}

/**
 * - `equal`: the mirror holds what MySQL says.
 * - `drift`: it does not. Repaired, unless it was a dry run.
 * - `wiped`: it lost changes that MySQL knew to be applied. Filled again, unless it was a dry run.
 * - `busy`: too much moved to compare the two.
 * - `ahead`: the mirror holds changes that MySQL does not know, because MySQL was restored. Videos: an operator begins a new epoch. Users:
 *   repaired here, unless it was a dry run.
 */
export type Outcome = "equal" | "drift" | "wiped" | "busy" | "ahead";

/** How one subject's mirror compares with MySQL: the outcome, and the keys that differ. */
export interface Comparison {
  id: string;
  outcome: Outcome;
  missing: string[];
  extra: string[];
  stale: string[];
}
